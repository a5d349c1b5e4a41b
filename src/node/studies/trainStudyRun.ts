import { message, verbatim } from '../../core/messages/message.js';
import { failsAgain } from '../../core/runs/status.js';
import { readRun, type RunSummary } from '../runs/runReader.js';
import { endOf, trainUntil, type TrainUntilOptions } from './trainUntil.js';

/** Launcher, reports and stop signal with which the runs of a study are trained. */
export type StudyTraining = Omit<TrainUntilOptions, 'until'>;

export interface TrainStudyRunOptions extends StudyTraining {
  /** Its number among the runs that are trained, and their number. */
  readonly number: number;
  readonly count: number;
}

/** Trains a run of a study unless it has finished. A run that fails is resumed once. */
export async function trainStudyRun(
  directory: string,
  { launcher, report, signal, number, count }: TrainStudyRunOptions,
): Promise<RunSummary> {
  const isAborted = (): boolean => signal.aborted;
  const before = await readRun(directory);
  if (before.status === 'finished') return before;
  const named = { run: before.name };
  report(message('study.runStarted', { ...named, number, count }));
  let after = await trainUntil(directory, { launcher, signal, report });
  if (after.status !== 'finished' && !isAborted() && !failsAgain(after)) {
    report(message('study.runResumed', named));
    after = await trainUntil(directory, { launcher, signal, report });
  }
  if (after.status === 'finished') report(message('study.runFinished', named));
  else if (!isAborted()) {
    report(message('study.runFailed', { ...named, reason: verbatim(endOf(after)) }));
  }
  return after;
}
