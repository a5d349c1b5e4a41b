import { digestOf, runsOf } from '../../core/experiments/study/designStudy.js';
import { HALVES, type Half } from '../../core/data/splitting/sampleHalves.js';
import {
  hasLabels,
  type CandidateRun,
  type Study,
  type StudyDesign,
} from '../../core/experiments/study/study.js';
import { valuesText } from '../../core/experiments/study/studyCandidates.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { createRun, planRun, type CreateRunOptions } from '../runs/createRun.js';
import { packageVersions } from '../runs/packageVersions.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { inNewFolder, relativeFolder } from './newFolder.js';
import { planLabelStudy } from './planLabelStudy.js';
import { planMaskingStudy } from './planMaskingStudy.js';
import { inRun } from './studyErrors.js';
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
  const request = await inRun(() => inspectedRequest(file.run, file, place));
  const { spec, warnings } = await inRun(() => planRun(request));
  const found = { request, spec, warnings };
  return objectiveOf(spec.task).data === 'text'
    ? planMaskingStudy(file, place, found)
    : planLabelStudy(file, place, found);
}

/**
 * Writes the folder of a study and its runs, which wait until they are started. A refused study
 * leaves nothing behind, and neither does one that is cancelled. Returns the study's folder. Throws
 * `Cancelled`.
 */
export async function createStudy(
  { design, requests, candidates }: PlannedStudy,
  {
    studiesFolder,
    runsFolder,
    signal,
  }: Pick<StudyPlace, 'studiesFolder' | 'runsFolder' | 'signal'>,
): Promise<string> {
  return inNewFolder(studiesFolder, design.name, async ({ folder, id, createdAt, created }) => {
    const { runs, tried } = await createRuns(design, {
      ...{ id, requests, candidates, created, signal },
    });
    const study: Study = {
      version: 1,
      id,
      createdAt,
      masklab: packageVersions().masklab ?? '',
      design,
      digest: digestOf(design),
      runsFolder: relativeFolder(folder, runsFolder),
      runs,
      ...(tried.length === 0 ? {} : { candidates: tried }),
      added: [],
    };
    await writeStudy(folder, study);
  });
}

interface RunsToCreate extends Pick<PlannedStudy, 'requests' | 'candidates'> {
  /** Id of the study. */
  readonly id: string;
  /** Receives the directories of the runs. */
  readonly created: string[];
  readonly signal: AbortSignal | undefined;
}

/** Creates the runs of a design. Data and model were inspected once, so that all have the same. */
async function createRuns(
  design: StudyDesign,
  { id, requests, candidates, created, signal }: RunsToCreate,
): Promise<{ readonly runs: Study['runs']; readonly tried: CandidateRun[] }> {
  const runs: Study['runs'] = [];
  const tried: CandidateRun[] = [];
  const rehearsed = new Set<string>();
  const create = async (
    request: CreateRunOptions,
    { arm, seed, name }: { readonly arm: string; readonly seed: number; readonly name: string },
  ): Promise<string> => {
    throwIfCancelled(signal);
    const { rehearse, ...rest } = request;
    const needing = withModels(rest, neededRuns(design, { arm, seed, runs }));
    const isRehearsed = rehearse !== undefined && !rehearsed.has(arm) && needing === rest;
    const run = await createRun({
      ...needing,
      ...(isRehearsed ? { rehearse } : {}),
      name: runName(name, seed),
      options: { ...needing.options, seed },
      study: { id, arm, kind: hasLabels(design) ? 'labels' : 'masking' },
    });
    rehearsed.add(arm);
    created.push(run.directory);
    return run.id;
  };
  for (const { arm, seed } of runsOf(design)) {
    const own = candidates.get(arm);
    if (own === undefined) {
      runs.push({ arm, seed, run: await create(requests.get(arm)!, { arm, seed, name: arm }) });
      continue;
    }
    for (const { values, request } of own) {
      for (const half of [null, ...halvesOf(design, { arm, seed })]) {
        const text = valuesText(values);
        const name = half === null ? `${arm} (${text})` : `${arm} (${text}, half ${half})`;
        const run = await create(withoutHalf(request, half), { arm, seed, name });
        tried.push({ arm, seed, run, values, half });
      }
    }
  }
  return { runs, tried };
}

/** Halves of the shifted sample that are left out in turn to choose the values of an arm. */
function halvesOf(
  design: StudyDesign,
  { arm, seed }: { readonly arm: string; readonly seed: number },
): readonly Half[] {
  if (!hasLabels(design) || design.development?.seeds.includes(seed) !== true) return [];
  return design.arms.some((one) => one.name === arm && one.crossFitted === true) ? HALVES : [];
}

function withoutHalf(request: CreateRunOptions, half: Half | null): CreateRunOptions {
  const { snapshot } = request;
  if (half === null || snapshot.shifted === null) return request;
  const shifted = { ...snapshot.shifted, withoutHalf: half };
  return { ...request, snapshot: { ...snapshot, shifted } };
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
