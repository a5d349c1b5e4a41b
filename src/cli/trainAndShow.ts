import path from 'node:path';
import { describeError, toAppErrorData } from '../core/errors.js';
import { warningsBeforeTraining } from '../core/profile/profileWarnings.js';
import type { DataSnapshot } from '../core/runs/dataSnapshot.js';
import { isLive } from '../core/runs/status.js';
import type { CreatedRun } from '../node/runs/createRun.js';
import type { StartOptions } from '../node/runs/launcher.js';
import { followRun } from '../node/runs/followRun.js';
import { readEvaluation } from '../node/runs/evaluationFile.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { listRuns, type RunSummary } from '../node/runs/runReader.js';
import { readRunSpec } from '../node/runs/runSpecFile.js';
import { CommandLineError } from './commandLineError.js';
import { exitAsStopped, onInterrupt } from './interrupts.js';
import { print, printError, printJson } from './output.js';
import { TrainingReport } from './trainingReport.js';
import type { Flag } from './usage.js';
import { ENGLISH, renderMessage, renderProblem } from '../core/messages/render.js';

export const TRAINER = {
  trainerPath: path.join(__dirname, 'trainer.js'),
  execPath: process.execPath,
};

export const RUN_NAME_FLAG: Flag = {
  shape: '<name>',
  help: 'Name of the run',
  otherwise: 'a generated name',
};

export const EXPERIMENT_FLAG: Flag = {
  shape: '<name>',
  help: 'Experiment that the run belongs to',
};

export const QUEUE_FLAG: Flag = {
  help: 'Add the run to the queue instead of starting it; "masklab queue run" or an open editor starts it when cores and memory are free',
};

export const JSON_AT_END_FLAG: Flag = {
  help: 'Print one JSON object when the run ends instead of progress',
};

const LAUNCHER = new LocalLauncher(TRAINER);

/** Prints all warnings about the data of a run to standard error. */
export function warnOf({ warnings }: CreatedRun, { summary, selection }: DataSnapshot): void {
  for (const warning of warnings) printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
  // The warnings of the run name what was skipped.
  const found = summary.warnings.filter(
    ({ code }) => code !== 'skipped-data' && !(selection.skipBad && code === 'missing-labels'),
  );
  for (const finding of warningsBeforeTraining({ ...summary, warnings: found })) {
    const { message, remedy } = renderProblem(finding, ENGLISH);
    printError(`masklab: ${message} ${remedy}`);
  }
}

/** Reports a run that waits in the queue. */
export function reportWaiting(
  { id, directory }: Pick<CreatedRun, 'id' | 'directory'>,
  { json }: { readonly json: boolean },
): void {
  if (json) printJson({ id, directory, status: 'waiting' });
  else print(`${id} is waiting. Start the queue with: masklab queue run`);
}

export interface TrainAndShowOptions extends StartOptions {
  /** Whether the trainer of the run waits and only has to continue. */
  readonly isPaused?: boolean;
}

/**
 * Starts or resumes a run and reports until it ends; Ctrl+C stops it with a checkpoint. Sets the exit
 * code unless the run has finished, and returns the run as it ended.
 */
export async function trainAndShow(
  directory: string,
  { json, ...options }: TrainAndShowOptions & { readonly json: boolean },
): Promise<RunSummary> {
  const report = json ? null : new TrainingReport(await readRunSpec(directory), directory);
  const end = await trainToEnd(directory, report, options);
  const evaluation = end.status === 'finished' ? await readEvaluation(directory) : null;
  report?.end(end, evaluation);
  if (json) {
    const { id, status, state } = end;
    printJson({ id, directory, status, ...state, evaluation });
  }
  if (end.status === 'failed' || end.status === 'crashed' || end.status === 'unreadable') {
    process.exitCode = 1;
  } else if (end.status !== 'finished') exitAsStopped();
  return end;
}

/** Starts or resumes a run and waits until it ends; Ctrl+C stops it with a checkpoint. */
export async function trainToEnd(
  directory: string,
  report: TrainingReport | null,
  { isPaused = false, ...options }: TrainAndShowOptions = {},
): Promise<RunSummary> {
  if (isPaused) await LAUNCHER.unpause(directory);
  else await LAUNCHER.start(directory, options);
  const stopListening = onInterrupt(() => {
    report?.note('Stopping after this step. Progress is saved.');
    LAUNCHER.stop(directory).catch((thrown: unknown) => {
      report?.note(describeError(toAppErrorData(thrown), ENGLISH).message);
    });
  });
  const end = await waitForEnd(directory, report);
  stopListening();
  return end;
}

/** Resolves when the launched run has ended. */
function waitForEnd(directory: string, report: TrainingReport | null): Promise<RunSummary> {
  return new Promise((resolve) => {
    const follower = followRun(directory, {
      onMetrics: (rows) => report?.metrics(rows),
      onLog: (rows) => report?.log(rows),
      onSamples: (rows) => report?.samples(rows),
      onReset: () => report?.reset(),
      onState: (summary) => {
        report?.state(summary);
        if (isLive(summary.status)) return;
        follower.dispose();
        resolve(summary);
      },
    });
  });
}

/** Refuses to start while another run of the folder trains, since two would slow each other down. */
export async function refuseSecondStart(runsFolder: string): Promise<void> {
  const live = (await listRuns(runsFolder)).find((run) => isLive(run.status));
  if (live === undefined) return;
  throw new CommandLineError(
    `${live.id} is still training (step ${live.state?.step ?? 0} of ${live.state?.totalSteps ?? 0}).`,
    'Add the run to the queue with --queue, wait until it ends, stop it, or use another folder with --out.',
  );
}
