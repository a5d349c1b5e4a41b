import { AppError, errorMessage } from '../core/errors.js';
import { message } from '../core/messages/message.js';
import { AlertWatch } from '../core/runs/alerts.js';
import type { RunSpec } from '../core/runs/schema.js';
import type { TrainingRecorder } from '../core/train/loop/loop.js';
import { NO_PROGRESS, stateOf, type TrainingProgress } from '../core/train/loop/progress.js';
import {
  keepBest,
  readBest,
  readNewestCheckpoint,
  writeCheckpoint,
} from '../node/runs/checkpoints.js';
import type { RunWriter } from '../node/runs/runWriter.js';
import { LiveEvaluation } from './liveEvaluation.js';
import type { PreparedRun } from './prepare.js';
import { ProcessUsage } from './processUsage.js';

export interface RecorderOptions {
  readonly spec: RunSpec;
  readonly prepared: PreparedRun;
  readonly writer: RunWriter;
  readonly takeControl: TrainingRecorder['takeControl'];
}

/** Records metrics, samples, checkpoints and best weights of a run in its directory. */
export function createRunRecorder(
  directory: string,
  { spec, prepared, writer, takeControl }: RecorderOptions,
): TrainingRecorder {
  const { engine, samples } = prepared;
  const watch = new AlertWatch({
    run: () => writer.current,
    keepsBest: spec.training.restoreBest,
  });
  const usage = new ProcessUsage();
  const live = LiveEvaluation.of(spec, directory);
  return {
    heldOutBatch: (batch, sums) => {
      live?.add(batch, sums);
    },
    metrics: (row) => {
      // Before the row, which makes readers look for it.
      if (row.split === 'heldOut') live?.finish(row);
      writer.metrics(row.split === 'train' ? { ...row, ...usage.sinceLast() } : row);
      const { alerts: known } = watch;
      if (!watch.push(row)) return;
      const { alerts } = watch;
      for (const { kind, message: said } of alerts) {
        if (!known.some((alert) => alert.kind === kind)) writer.log('warning', said);
      }
      writer.update({ alerts }, { now: false });
    },
    samples: async (step) => {
      if (samples === null) return;
      writer.samples(samples.read(await engine.logits(samples.batch), step));
    },
    update: (changes, options) => {
      writer.update(changes, options);
    },
    log: (said) => {
      writer.log('info', said);
    },
    checkpoint: (progress) => {
      writeCheckpoint(directory, engine, { progress, appended: writer.appendedBytes() });
      writer.log('info', message('training.checkpointWritten', { step: progress.step }));
    },
    keepBest: (step) => {
      keepBest(directory, engine, step);
    },
    restoreBest: (step) => restoreBest(directory, prepared, { step, writer }),
    takeControl,
    seconds: () => performance.now() / 1000,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

/** Restores the newest readable checkpoint, and cuts the appended files back to it. */
export function resumeFromCheckpoint(
  directory: string,
  { prepared: { engine }, writer }: Pick<RecorderOptions, 'prepared' | 'writer'>,
): TrainingProgress {
  const checkpoint = readNewestCheckpoint(directory, writer.appendedBytes(), (unreadable) => {
    const problem = errorMessage(unreadable.data);
    writer.log('warning', message('training.checkpointSkipped', { problem }));
  });
  if (checkpoint === null) {
    if (writer.current.step > 0) writer.log('warning', message('training.noCheckpoint'));
    writer.cutBack({ metrics: 0, samples: 0 });
    return NO_PROGRESS;
  }
  const { progress, appended, parameters, optimizer } = checkpoint;
  engine.restore({ parameters, optimizer });
  writer.cutBack(appended);
  writer.update({ ...stateOf(progress), alerts: [] });
  return progress;
}

/** Restores the best weights; keeps the last ones if those cannot be read. */
function restoreBest(
  directory: string,
  { engine }: PreparedRun,
  { step, writer }: { step: number; writer: RunWriter },
): boolean {
  try {
    engine.restore({ parameters: readBest(directory, step), optimizer: engine.optimizerState() });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const problem = errorMessage(thrown.data);
    writer.log('warning', message('training.bestUnreadable', { problem }));
    return false;
  }
}
