import { AppError, describeError } from '../../core/errors.js';
import type { Message } from '../../core/messages/message.js';
import { ENGLISH } from '../../core/messages/render.js';
import { isLive } from '../../core/runs/status.js';
import { followRun } from '../runs/followRun.js';
import type { Launcher } from '../runs/launcher.js';
import { readRun, type RunSummary } from '../runs/runReader.js';
import { waitForTurn } from './waitForTurn.js';

export interface TrainUntilOptions {
  readonly launcher: Launcher;
  /** Asks to end after the current step. */
  readonly signal: AbortSignal;
  readonly report: (said: Message) => void;
  /** Share of the steps after which the run pauses at the next evaluation. Default: 1. */
  readonly until?: number;
}

/**
 * Trains a run when its turn comes, or waits for the process that does, until no process owns it any
 * more.
 */
export async function trainUntil(
  directory: string,
  { launcher, signal, report, until = 1 }: TrainUntilOptions,
): Promise<RunSummary> {
  if (!isLive((await readRun(directory)).status)) {
    await waitForTurn(directory, { launcher, signal, report });
    if (signal.aborted) return readRun(directory);
    await startUnlessTrained(directory, launcher, until);
  }
  return untilEnd(directory, launcher, signal);
}

/** The queue of an editor may start the same run first. */
async function startUnlessTrained(
  directory: string,
  launcher: Launcher,
  until: number,
): Promise<void> {
  const isTrained = async (): Promise<boolean> => isLive((await readRun(directory)).status);
  if (await isTrained()) return;
  try {
    await launcher.start(directory, { until });
  } catch (thrown) {
    const isOwned = thrown instanceof AppError && thrown.code === 'RunOwned';
    if (!isOwned || !(await isTrained())) throw thrown;
  }
}

/** Waits for the end of a live run, which the signal stops. */
async function untilEnd(
  directory: string,
  launcher: Launcher,
  signal: AbortSignal,
): Promise<RunSummary> {
  const stop = (): void => {
    launcher.stop(directory).catch(() => undefined);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve) => {
      const follower = followRun(directory, {
        onState: (summary) => {
          if (isLive(summary.status)) return;
          follower.dispose();
          resolve(summary);
        },
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Why a run ended without a result, in English. */
export function endOf({ status, problem }: RunSummary): string {
  return problem === null ? status : describeError(problem, ENGLISH).message;
}
