import path from 'node:path';
import {
  designStudy,
  digestOf,
  runsOf,
  type FoundArm,
} from '../../core/experiments/study/designStudy.js';
import type { NamedPolicy, Study, StudyDesign } from '../../core/experiments/study/study.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { BERT_MASKING, type MaskingPolicy } from '../../core/masking/policy/policy.js';
import { inputError } from '../../core/errors.js';
import { problem, type Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunOptionName, RunOptions } from '../../core/runs/options.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import { readPolicy } from '../policies/readPolicy.js';
import { createRun, planRun, type CreateRunOptions } from '../runs/createRun.js';
import { inspectRun } from '../runs/inspectRun.js';
import { packageVersions } from '../runs/packageVersions.js';
import { requestOfRunFile, type RunFilePlace } from '../runs/readRunFile.js';
import { inNewFolder, relativeFolder } from './newFolder.js';
import { writeStudy } from './studyFolder.js';

export interface StudyPlace extends RunFilePlace {
  /** Folder of run directories. */
  readonly runsFolder: string;
  /** Folder of studies. */
  readonly studiesFolder: string;
  readonly estimate: CreateRunOptions['estimate'];
}

/** A study before anything is written. */
export interface PlannedStudy {
  readonly design: StudyDesign;
  /** Request for a run of the study, with the baseline's policy and the first seed. */
  readonly request: CreateRunOptions;
  /** Spec of that run. */
  readonly spec: RunSpec;
  /** Input that was skipped, and decisions about splits. */
  readonly warnings: readonly Message[];
}

/**
 * Inspects data and model and resolves the policies of a study. Nothing is written. Throws `Data` or
 * `UserInput`.
 */
export async function planStudy(file: StudyFile, place: StudyPlace): Promise<PlannedStudy> {
  const arms = await Promise.all(
    file.arms.map(async ({ name, masking, maskingRate }): Promise<FoundArm> => {
      const rates = maskingRate === undefined ? [] : [maskingRate].flat();
      const policy = await policyOf(masking, place);
      return { name, given: nameOf(masking), policy, rates };
    }),
  );
  const masks = await Promise.all(
    (file.masks ?? []).map(async (mask): Promise<NamedPolicy> => {
      const policy = await policyOf(mask, place);
      return { name: nameOf(mask) ?? 'mask', policy };
    }),
  );
  const { estimate, runsFolder } = place;
  const request: CreateRunOptions = {
    ...(await inspectRun({ ...requestOfRunFile(file.run, place), runsFolder })),
    ...(estimate === undefined ? {} : { estimate }),
    experiment: file.name,
  };
  const { spec, warnings } = await planRun(request);
  if (objectiveOf(spec.task).data !== 'text') {
    throw inputError(problem('study.otherTask', { task: spec.task.kind }));
  }
  const shared = groupKeyOf(parametersOf({ ...spec, masking: BERT_MASKING }));
  const hasTest =
    spec.data.testFraction > 0 || spec.data.files.some(({ split }) => split === 'test');
  const design = designStudy(file, { arms, masks, shared, hasTest });
  // Measured values, such as an automatic batch size, are the same for all runs.
  const { batchSize, accumulation } = spec.training;
  const options: RunOptions = {
    ...withoutOptions(request.options ?? {}, MEASURING),
    ...{ batchSize, accumulation, learningRate: spec.optimizer.learningRate },
  };
  return { design, request: { ...request, options }, spec, warnings };
}

/** `opinion-words`, or the name of a file without its extension. */
function nameOf(given: string | MaskingPolicy | undefined): string | null {
  if (given === undefined) return null;
  if (typeof given !== 'string') return given.name ?? 'policy';
  return path.basename(given).replace(/(\.mask)?\.json$/, '');
}

/** Options whose result is measured once for all runs. */
export const MEASURING: readonly RunOptionName[] = ['memory', 'findLearningRate'];

export function withoutOptions(options: RunOptions, names: readonly RunOptionName[]): RunOptions {
  const left: readonly string[] = names;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !left.includes(name)));
}

async function policyOf(
  given: string | MaskingPolicy | undefined,
  { folder, workspaceFolder }: RunFilePlace,
): Promise<MaskingPolicy> {
  if (given === undefined) return BERT_MASKING;
  if (typeof given !== 'string') return given;
  return readPolicy(given, { folder, workspaceFolders: [workspaceFolder] });
}

/**
 * Writes the folder of a study and its runs, which wait until they are started. A refused study
 * leaves nothing behind. Returns the study's folder.
 */
export async function createStudy(
  { design, request }: PlannedStudy,
  { studiesFolder, runsFolder }: Pick<StudyPlace, 'studiesFolder' | 'runsFolder'>,
): Promise<string> {
  return inNewFolder(studiesFolder, design.name, async ({ folder, id, createdAt, created }) => {
    const runs = await createRuns(design, { id, request, runs: runsOf(design), created });
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

interface RunsToCreate {
  /** Id of the study. */
  readonly id: string;
  readonly request: CreateRunOptions;
  readonly runs: readonly Omit<Study['runs'][number], 'run'>[];
  /** Receives the directories of the runs. */
  readonly created: string[];
}

/** Creates runs of a design. Data and model were inspected once, so that all runs have the same. */
export async function createRuns(
  { arms }: Pick<StudyDesign, 'arms'>,
  { id, request, runs, created }: RunsToCreate,
): Promise<Study['runs']> {
  const found: Study['runs'] = [];
  const rehearsed = new Set<string>();
  for (const { arm, seed } of runs) {
    const { rehearse, options, ...rest } = request;
    const run = await createRun({
      ...rest,
      ...(rehearse === undefined || rehearsed.has(arm) ? {} : { rehearse }),
      name: `${arm} · ${seed}`,
      masking: arms.find(({ name }) => name === arm)!.policy,
      options: { ...options, seed },
      study: { id, arm, kind: 'masking' },
    });
    rehearsed.add(arm);
    created.push(run.directory);
    found.push({ arm, seed, run: run.id });
  }
  return found;
}
