import path from 'node:path';
import { errorMessage, toAppErrorData } from '../core/errors.js';
import { parseJsonText } from '../core/jsonText.js';
import { message } from '../core/messages/message.js';
import { alertsAtEnd } from '../core/runs/alerts.js';
import type { ProcessToken } from '../core/runs/processToken.js';
import { RUN_FILES, runStateSchema, type RunState } from '../core/runs/schema.js';
import { readTextSync } from '../node/files/regularFile.js';
import { reserveSpace } from '../node/files/reserveSpace.js';
import { lockRun, type LockOptions } from '../node/runs/runLock.js';
import { readRunSpec } from '../node/runs/runSpecFile.js';
import { initialRunState, MAX_STATE_BYTES } from '../node/runs/runState.js';
import { RunWriter } from '../node/runs/runWriter.js';
import { onUncaught, reportStack } from '../node/runtime/uncaught.js';
import { trainRun } from './trainRun.js';

/** `lost`: the run's folder is gone, or another trainer has taken over. */
export type TrainingOutcome = 'finished' | 'stopped' | 'failed' | 'lost';

/**
 * Trains the run in `directory` from its start or from its newest checkpoint. Whatever goes wrong
 * ends up in `state.json`, for everyone who reads the run; a run that is lost is not written to.
 * `until` is the share of the steps after which it stops at the next evaluation.
 */
export async function runTraining(
  directory: string,
  { until = 1, ...options }: Pick<LockOptions, 'takeOver'> & { readonly until?: number } = {},
): Promise<TrainingOutcome> {
  const lock = await lockRun(directory, options);
  try {
    const spec = await readRunSpec(directory);
    const writer = openWriter(directory, lock.token);
    const reserve = reserveSpace(directory);
    const endWatch = onUncaught((thrown) => {
      reportStack(thrown);
      if (!lock.isHeld()) return;
      reserve.release();
      recordEnd(thrown, writer);
    });
    try {
      return await trainRun(directory, { spec, writer, lock, until });
    } catch (thrown) {
      if (!lock.isHeld()) {
        console.error(
          `${directory} is gone, or another trainer has taken over: nothing is written.`,
        );
        return 'lost';
      }
      reserve.release();
      return recordEnd(thrown, writer);
    } finally {
      endWatch();
      reserve.release();
    }
  } finally {
    lock.release();
  }
}

/** Writes why the run ended, for everyone who reads it. */
function recordEnd(thrown: unknown, writer: RunWriter): 'stopped' | 'failed' {
  const error = toAppErrorData(thrown);
  if (error.code === 'Cancelled') {
    writer.update({ status: 'stopped', process: null, activity: null, secondsLeft: null });
    return 'stopped';
  }
  console.error(thrown);
  writer.update({
    status: 'failed',
    process: null,
    activity: null,
    secondsLeft: null,
    error,
    alerts: alertsAtEnd(writer.current.alerts ?? [], error),
  });
  writer.log('error', errorMessage(error));
  return 'failed';
}

function openWriter(directory: string, token: ProcessToken): RunWriter {
  const state = readState(path.join(directory, RUN_FILES.state));
  const writer = new RunWriter(directory, state);
  writer.update({
    status: 'preparing',
    process: token,
    startedAt: state.startedAt ?? new Date().toISOString(),
    activity: message('training.readingData'),
    error: null,
  });
  return writer;
}

/** The state of a run. A file that did not survive a crash of the machine is replaced by a new one. */
function readState(file: string): RunState {
  try {
    return runStateSchema.parse(parseJsonText(readTextSync(file, MAX_STATE_BYTES, 'refused')));
  } catch {
    return initialRunState();
  }
}
