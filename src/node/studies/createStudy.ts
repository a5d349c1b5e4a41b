import { digestOf, runsOf } from '../../core/experiments/study/designStudy.js';
import { hasLabels, type Study, type StudyDesign } from '../../core/experiments/study/study.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { createRun, planRun } from '../runs/createRun.js';
import { packageVersions } from '../runs/packageVersions.js';
import { inNewFolder, relativeFolder } from './newFolder.js';
import { planLabelStudy } from './planLabelStudy.js';
import { planMaskingStudy } from './planMaskingStudy.js';
import { writeStudy } from './studyFolder.js';
import {
  inspectedRequest,
  withModels,
  type NeededRuns,
  type PlannedStudy,
  type StudyPlace,
} from './studyPlan.js';

/**
 * Inspects data and model and resolves the arms of a study. Nothing is written. Throws `Data` or
 * `UserInput`.
 */
export async function planStudy(file: StudyFile, place: StudyPlace): Promise<PlannedStudy> {
  const request = await inspectedRequest(file.run, file, place);
  const { spec, warnings } = await planRun(request);
  const found = { request, spec, warnings };
  return objectiveOf(spec.task).data === 'text'
    ? planMaskingStudy(file, place, found)
    : planLabelStudy(file, place, found);
}

/**
 * Writes the folder of a study and its runs, which wait until they are started. A refused study
 * leaves nothing behind. Returns the study's folder.
 */
export async function createStudy(
  { design, requests }: PlannedStudy,
  { studiesFolder, runsFolder }: Pick<StudyPlace, 'studiesFolder' | 'runsFolder'>,
): Promise<string> {
  return inNewFolder(studiesFolder, design.name, async ({ folder, id, createdAt, created }) => {
    const runs = await createRuns(design, { id, requests, created });
    const study: Study = {
      version: 1,
      id,
      createdAt,
      masklab: packageVersions().masklab ?? '',
      design,
      digest: digestOf(design),
      runsFolder: relativeFolder(folder, runsFolder),
      runs,
      added: [],
    };
    await writeStudy(folder, study);
  });
}

interface RunsToCreate extends Pick<PlannedStudy, 'requests'> {
  /** Id of the study. */
  readonly id: string;
  /** Receives the directories of the runs. */
  readonly created: string[];
}

/** Creates the runs of a design. Data and model were inspected once, so that all have the same. */
async function createRuns(
  design: StudyDesign,
  { id, requests, created }: RunsToCreate,
): Promise<Study['runs']> {
  const found: Study['runs'] = [];
  const rehearsed = new Set<string>();
  for (const { arm, seed } of runsOf(design)) {
    const { rehearse, ...rest } = requests.get(arm)!;
    const request = withModels(rest, neededRuns(design, { arm, seed, runs: found }));
    const isRehearsed = rehearse !== undefined && !rehearsed.has(arm) && request === rest;
    const run = await createRun({
      ...request,
      ...(isRehearsed ? { rehearse } : {}),
      name: runName(arm, seed),
      options: { ...request.options, seed },
      study: { id, arm, kind: hasLabels(design) ? 'labels' : 'masking' },
    });
    rehearsed.add(arm);
    created.push(run.directory);
    found.push({ arm, seed, run: run.id });
  }
  return found;
}

function runName(arm: string, seed: number): string {
  return `${arm} · ${seed}`;
}

/** Runs with the same seed whose models a run of an arm needs. */
function neededRuns(
  design: StudyDesign,
  { arm, seed, runs }: { arm: string; seed: number; runs: Study['runs'] },
): NeededRuns {
  const own = hasLabels(design) ? design.arms.find(({ name }) => name === arm) : undefined;
  const runOf = (needed: string | null | undefined): NeededRuns['start'] => {
    const found = runs.find((run) => run.arm === needed && run.seed === seed);
    return found === undefined ? null : { id: found.run, name: runName(found.arm, seed) };
  };
  return { start: runOf(own?.startFrom), wrong: runOf(own?.errorsOf) };
}
