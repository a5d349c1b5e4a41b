import {
  sweepDigest,
  type Sweep,
  type SweepDesign,
  type SweepTrial,
} from '../../core/experiments/sweep/sweep.js';
import { MAX_TRIALS, type SweepFile } from '../../core/experiments/sweep/sweepFile.js';
import {
  gridSize,
  optionsText,
  TEXT_OPTIONS,
  trialOptions,
} from '../../core/experiments/sweep/sweepParameters.js';
import { differencesAmong } from '../../core/experiments/differences.js';
import { inputError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem, type Message } from '../../core/messages/message.js';
import { metricsOfTask, objectiveOf } from '../../core/objectives/objectives.js';
import type { HeldOutMetricName } from '../../core/runs/metrics.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { runFileOf, runFileSchema, runFileText } from '../../core/specs/runFile.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import { createRun, planRun, type CreateRunOptions } from '../runs/createRun.js';
import { inspectRun } from '../runs/inspectRun.js';
import { packageVersions } from '../runs/packageVersions.js';
import { requestOfRunFile } from '../runs/readRunFile.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { inNewFolder, relativeFolder } from './newFolder.js';
import { runDirectoryIn, writeSweep } from './studyFolder.js';
import { MEASURING, withoutOptions, type StudyPlace } from './studyPlan.js';
import path from 'node:path';

/** A sweep before anything is written. */
export interface PlannedSweep {
  readonly file: SweepFile;
  readonly design: SweepDesign;
  /** Request for a run with the options that all trials share. */
  readonly request: CreateRunOptions;
  /** Spec of that run. */
  readonly spec: RunSpec;
  /** Input that was skipped, and decisions about splits. */
  readonly warnings: readonly Message[];
}

/** Inspects data and model of a sweep. Nothing is written. Throws `Data` or `UserInput`. */
export async function planSweep(file: SweepFile, place: StudyPlace): Promise<PlannedSweep> {
  const { runsFolder, estimate } = place;
  const { parameters, method, seed, halving, hours, retries, repeats } = file;
  const { rehearse, ...inspected } = await inspectRun({
    ...requestOfRunFile(file.run, place),
    runsFolder,
  });
  const request: CreateRunOptions = {
    ...inspected,
    ...(estimate === undefined ? {} : { estimate }),
    experiment: file.name,
  };
  // Trials differ in options that their data does not depend on: one rehearsal is enough.
  const { spec, warnings } = await planRun({ ...request, ...(rehearse && { rehearse }) });
  const objective = objectiveOf(spec.task);
  const cut = TEXT_OPTIONS.find((name) => parameters[name] !== undefined);
  if (objective.data === 'text' && cut !== undefined) {
    throw inputError(problem('sweep.otherText', { key: cut }));
  }
  const metrics: readonly HeldOutMetricName[] = [
    ...new Set([...metricsOfTask(spec.task), 'loss' as const]),
  ];
  const metric = file.metric ?? objective.metrics[0];
  if (!metrics.includes(metric)) {
    const known = metrics.map((name) => `"${name}"`);
    throw inputError(
      problem('sweep.unknownMetric', { metric, metrics: { list: known, join: 'or' } }),
    );
  }
  const design: SweepDesign = {
    name: file.name,
    ...{ method, seed, parameters, metric },
    halving: halving ?? null,
    hours: hours ?? null,
    ...{ retries, repeats },
    shared: groupKeyOf(parametersOf(spec)),
  };
  return {
    ...{ file, design, spec, warnings },
    request: {
      ...request,
      ...(spec.masking === null ? {} : { masking: spec.masking }),
      options: { ...measuredOnce(request.options ?? {}, spec), seed },
    },
  };
}

/** Options in which values that were measured on this machine are fixed, the same for all trials. */
function measuredOnce(options: RunOptions, { training, optimizer }: RunSpec): RunOptions {
  const { batchSize, accumulation, recompute } = training;
  const isMeasured = options.memory !== undefined || options.batchSize === 'auto';
  return {
    ...withoutOptions(options, [...MEASURING, 'masking', 'maskingRate']),
    ...(isMeasured ? { batchSize, accumulation, recompute } : {}),
    ...(options.findLearningRate === true ? { learningRate: optimizer.learningRate } : {}),
  };
}

/** Request for the run of a trial. */
export function requestOfTrial(
  { design, request }: Pick<PlannedSweep, 'design' | 'request'>,
  trial: number,
): CreateRunOptions {
  return { ...request, options: { ...request.options, ...trialOptions(design, trial) } };
}

/** Number of trials of a sweep; `null` if it follows from the time that one takes. */
export function trialCount({ file }: Pick<PlannedSweep, 'file'>): number | null {
  return file.method === 'grid' ? gridSize(file.parameters) : (file.trials ?? null);
}

/**
 * Writes the folder of a sweep and the runs of its trials, which wait until they are started. A
 * refused sweep leaves nothing behind. Returns the folder.
 */
export async function createSweep(
  planned: PlannedSweep,
  count: number,
  { folder: fileFolder, studiesFolder, runsFolder, signal }: StudyPlace,
): Promise<string> {
  const { design, file } = planned;
  return inNewFolder(studiesFolder, design.name, async ({ folder, id, createdAt, created }) => {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    await writeSweep(folder, {
      version: 1,
      id,
      createdAt,
      masklab: packageVersions().masklab ?? '',
      design,
      digest: sweepDigest(design),
      runsFolder: relativeFolder(folder, runsFolder),
      base: {
        folder: relativeFolder(folder, fileFolder),
        run: runFileSchema.parse(parseJsonText(runFileText(file.run))),
      },
      trials: await createTrials(planned, { id, numbers, created, signal }),
      repeats: [],
      added: [],
    });
  });
}

async function createTrials(
  planned: Pick<PlannedSweep, 'design' | 'request'>,
  {
    id,
    numbers,
    created,
    signal,
  }: {
    readonly id: string;
    readonly numbers: readonly number[];
    /** Receives the directories of the runs. */
    readonly created: string[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SweepTrial[]> {
  const trials: SweepTrial[] = [];
  for (const number of numbers) {
    throwIfCancelled(signal);
    const options = trialOptions(planned.design, number);
    const arm = trialName({ number, options });
    const run = await createRun({
      ...requestOfTrial(planned, number),
      name: arm,
      study: { id, arm, kind: 'sweep' },
    });
    created.push(run.directory);
    trials.push({ number, options: options as SweepTrial['options'], run: run.id });
  }
  return trials;
}

/** `3: learningRate 3.2e-5, batchSize 16` */
export function trialName({
  number,
  options,
}: {
  readonly number: number;
  readonly options: RunOptions;
}): string {
  return `${number}: ${optionsText(options)}`;
}

/** The file that a sweep was created from, with its parameters and its base. */
function fileOfSweep({ design, base }: Sweep): SweepFile {
  const { name, method, seed, parameters, metric, halving, hours, retries, repeats } = design;
  return {
    ...{ name, method, seed, parameters, metric, retries, repeats },
    ...(halving === null ? {} : { halving }),
    ...(hours === null ? {} : { hours }),
    run: runFileOf(base.run),
  };
}

/**
 * Adds trials to a sweep, which continue its sequence. Throws `UserInput` if data, model or options
 * have changed since it was created.
 */
export async function addTrials(
  folder: string,
  sweep: Sweep,
  { total, place }: { readonly total: number; readonly place: StudyPlace },
): Promise<Sweep> {
  const { design, trials, id, runsFolder, base } = sweep;
  const most = design.method === 'grid' ? gridSize(design.parameters) : MAX_TRIALS;
  const first = trials.length + 1;
  const numbers = Array.from(
    { length: Math.max(0, Math.min(total, most) - trials.length) },
    (_, i) => first + i,
  );
  if (numbers.length === 0) return sweep;
  const original = await readRunSpec(runDirectoryIn(folder, sweep, trials[0]!.run));
  const planned = await planSweep(fileOfSweep(sweep), {
    ...place,
    folder: path.resolve(folder, base.folder),
    workspaceFolder: original.workspaceFolder,
    runsFolder: path.resolve(folder, runsFolder),
  });
  const { spec: again } = await planRun(requestOfTrial(planned, trials[0]!.number));
  const changed = differencesAmong([parametersOf(original), parametersOf(again)]);
  if (changed.length > 0) {
    const names = changed.map(({ parameter }) => parameter);
    throw inputError(problem('sweep.changed', { parameters: { list: names, join: 'and' } }));
  }
  const created: string[] = [];
  const added = await createTrials(planned, { id, numbers, created });
  const grown: Sweep = {
    ...sweep,
    trials: [...trials, ...added],
    added: [...sweep.added, { at: new Date().toISOString(), trials: added.length }],
  };
  await writeSweep(folder, grown);
  return grown;
}
