import fs from 'node:fs';
import path from 'node:path';
import {
  crossValidationOf,
  suspectsTable,
  type CrossValidation,
  type FoldProgress,
  type FoldResult,
} from '../../core/evaluation/crossValidation.js';
import { AppError, inputError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import type { RunOptionName, RunOptions } from '../../core/runs/options.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import { storing, writeFileAtomicallySync, writeJsonAtomically } from '../files/storage.js';
import { trainUntil } from '../studies/trainUntil.js';
import { planRun, storeRun } from './createRun.js';
import { readExampleScores } from './exampleScoreFiles.js';
import { inspectRun, type RunRequest } from './inspectRun.js';
import type { Launcher } from './launcher.js';
import { listRuns, type RunSummary } from './runReader.js';
import { trashUnstarted } from './trashUnstarted.js';

/** Options that say what is held out, and those that a cross-validation decides itself. */
export const OPTIONS_OF_FOLDS: ReadonlySet<RunOptionName> = new Set([
  ...(['fold', 'heldOut', 'splitColumn', 'noExampleScores', 'memory'] as const),
  ...(['findLearningRate', 'traceSteps'] as const),
]);

/** A run that holds out one part, before it exists. */
export interface PlannedFold {
  readonly fold: string;
  readonly spec: RunSpec;
  readonly warnings: readonly Message[];
  readonly estimatedSeconds?: number;
  /** Rows outside the test split are at most these. */
  readonly rows: number;
}

/**
 * Inspects the data for each part and checks the runs, which differ in nothing else. Nothing is
 * written. Throws like `inspectRun` and `planRun`.
 */
export async function planFolds(request: RunRequest, parts: number): Promise<PlannedFold[]> {
  const planned: PlannedFold[] = [];
  let shared: RunOptions = {};
  for (let part = 1; part <= parts; part++) {
    const fold = `${part}/${parts}`;
    const options = { keepModel: 'last' as const, ...request.options, ...shared, fold };
    const name = `${request.name ?? 'fold'} ${part} of ${parts}`;
    const inspected = await inspectRun({ ...request, name, options });
    const { spec, warnings, estimatedSeconds } = await planRun(inspected);
    const { epochs, batchSize, accumulation } = spec.training;
    shared = { task: spec.task.kind, epochs, batchSize, accumulation };
    const rows = inspected.snapshot.labelled?.rows ?? 0;
    const seconds = estimatedSeconds === undefined ? {} : { estimatedSeconds };
    planned.push({ fold, spec, warnings, rows, ...seconds });
  }
  return planned;
}

export interface TrainFoldsOptions {
  readonly runsFolder: string;
  readonly launcher: Launcher;
  /** Asks to end after the current step. */
  readonly signal: AbortSignal;
  readonly report: (said: Message) => void;
  /** Called with each run, also if it is finished already. */
  readonly onRun?: (progress: FoldProgress) => void;
}

/**
 * Trains the runs of all parts, one after the other. Runs of the same experiment with the same
 * parameters and seed are continued, and finished ones are used as they are. Resolves to their
 * directories, or to `null` if the signal ended the work. Throws the error of a run that fails.
 */
export async function trainFolds(
  folds: readonly PlannedFold[],
  { runsFolder, launcher, signal, report, onRun }: TrainFoldsOptions,
): Promise<RunSummary[] | null> {
  const earlier = await listRuns(runsFolder);
  const finished: RunSummary[] = [];
  const isAborted = (): boolean => signal.aborted;
  for (const [i, { spec, estimatedSeconds }] of folds.entries()) {
    let run = earlier.find((one) => isSameRun(one, spec));
    onRun?.({ run: run?.name ?? spec.name, number: i + 1, count: folds.length });
    if (run?.status !== 'finished') {
      if (isAborted()) return null;
      const directory =
        run?.directory ??
        (await storeRun(runsFolder, spec, {
          isQueued: true,
          ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
        }));
      const named = { run: run?.name ?? spec.name };
      report(message('study.runStarted', { ...named, number: i + 1, count: folds.length }));
      run = await trainUntil(directory, { launcher, signal, report });
      if (run.status !== 'finished') {
        if (isAborted()) {
          // A queue would start it later, though the person has cancelled it.
          await trashUnstarted(directory);
          return null;
        }
        if (run.problem !== null) throw new AppError(run.problem);
        throw inputError(problem('runs.foldNotFinished', named));
      }
      report(message('study.runFinished', named));
    }
    finished.push(run);
  }
  return finished;
}

function isSameRun({ facts }: RunSummary, spec: RunSpec): boolean {
  return (
    facts !== null &&
    facts.experiment === spec.experiment &&
    facts.seed === spec.training.seed &&
    facts.group === groupKeyOf(parametersOf(spec))
  );
}

/** Results of the finished runs of all parts. Throws `UserInput` if a run has no predictions. */
export async function foldResults(
  folds: readonly PlannedFold[],
  runs: readonly RunSummary[],
): Promise<CrossValidation> {
  const results: FoldResult[] = [];
  let tested = 0;
  for (const [i, { id, name, directory }] of runs.entries()) {
    const found = await readExampleScores(directory, 'heldOut');
    if (found === null || found.scores.length === 0) {
      throw inputError(problem('runs.foldWithoutScores', { run: name }));
    }
    results.push({ fold: folds[i]!.fold, run: id, ...found });
    tested = (await readExampleScores(directory, 'test'))?.header.total ?? 0;
  }
  const [{ spec, rows }] = folds as [PlannedFold];
  return crossValidationOf(spec.task, results, {
    experiment: spec.experiment,
    total: rows - tested,
  });
}

export const CROSS_VALIDATION_FILES = {
  report: 'cross-validation.json',
  suspects: 'suspects.csv',
} as const;

/** Writes the results, and the table of suspects if there can be any. Throws `Storage`. */
export async function writeCrossValidation(folder: string, found: CrossValidation): Promise<void> {
  storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
  const table = path.join(folder, CROSS_VALIDATION_FILES.suspects);
  if (found.labelErrors === null) {
    storing(table, () => {
      fs.rmSync(table, { force: true });
    });
  } else writeFileAtomicallySync(table, suspectsTable(found.labelErrors.suspects));
  await writeJsonAtomically(path.join(folder, CROSS_VALIDATION_FILES.report), found);
}
