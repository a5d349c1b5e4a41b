import { AppError } from '../errors.js';
import type { MetricsRow, RunControl, RunSpec, RunState } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';
import type { TrainingEngine } from './engine.js';
import { learningRateAt } from './schedule.js';

/** Batches of a run. The same step always gives the same batch: nothing is drawn from a stream. */
export interface TrainingData {
  readonly stepsPerEpoch: number;
  trainBatch(step: number): TrainingBatch;
  heldOutBatches(): Iterable<TrainingBatch>;
}

/** Where the loop writes what happens; the run directory in production. */
export interface TrainingRecorder {
  metrics(row: MetricsRow): void;
  /** Predicts the sample sentences again. */
  samples(step: number): Promise<void>;
  update(changes: Partial<RunState>, options?: { now?: boolean }): void;
  checkpoint(progress: TrainingProgress): void;
  takeControl(): RunControl['command'] | null;
  /** Monotonic seconds. */
  seconds(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** What a resumed run goes on from. */
export interface TrainingProgress {
  readonly step: number;
  readonly trainingSeconds: number;
  readonly before: RunState['before'];
  readonly latest: RunState['latest'];
  readonly best: RunState['best'];
}

export const NO_PROGRESS: TrainingProgress = {
  step: 0,
  trainingSeconds: 0,
  before: null,
  latest: null,
  best: null,
};

export interface TrainOptions {
  readonly spec: RunSpec;
  readonly engine: TrainingEngine;
  readonly data: TrainingData;
  readonly recorder: TrainingRecorder;
  readonly start: TrainingProgress;
}

export function totalStepsOf(spec: RunSpec, stepsPerEpoch: number): number {
  return Math.max(1, Math.round(spec.training.epochs * stepsPerEpoch));
}

/**
 * Trains from `start` to the last step, or until asked to stop. Throws `Diverged` when the loss is
 * no longer a number, before the step that would spoil the parameters is recorded anywhere.
 */
export async function train(options: TrainOptions): Promise<'finished' | 'stopped'> {
  const { spec, engine, data, recorder, start } = options;
  const { evaluateEverySteps, checkpointEverySteps } = spec.training;
  const totalSteps = totalStepsOf(spec, data.stepsPerEpoch);
  const startedAt = recorder.seconds();
  const speed = new Speedometer();
  let progress = start;
  let pausedSeconds = 0;

  const time = (): number => start.trainingSeconds + recorder.seconds() - startedAt - pausedSeconds;
  const epoch = (): number => progress.step / data.stepsPerEpoch;
  const evaluateNow = async (): Promise<void> => {
    const { step } = progress;
    recorder.update({ activity: 'Measuring on held-out text' });
    const metrics = await evaluate(engine, data.heldOutBatches());
    requireFinite(metrics.loss, step);
    progress = { ...withEvaluation(progress, metrics), trainingSeconds: time() };
    recorder.metrics({ step, epoch: epoch(), time: time(), split: 'heldOut', ...metrics });
    await recorder.samples(step);
  };

  recorder.update({ status: 'running', totalSteps, step: progress.step, activity: 'Training' });
  if (progress.step === 0) await evaluateNow();

  while (progress.step < totalSteps) {
    let command = recorder.takeControl();
    if (command === 'pause') {
      recorder.checkpoint(progress);
      recorder.update({ ...progress, status: 'paused', activity: 'Paused' });
      const pausedAt = recorder.seconds();
      while (command !== 'resume' && command !== 'stop') {
        await recorder.sleep(200);
        recorder.update({}, { now: false });
        command = recorder.takeControl();
      }
      pausedSeconds += recorder.seconds() - pausedAt;
      recorder.update({ status: 'running', activity: 'Training' });
    }
    if (command === 'checkpoint') recorder.checkpoint(progress);
    if (command === 'stop') {
      recorder.checkpoint(progress);
      recorder.update({ ...progress });
      return 'stopped';
    }

    const learningRate = learningRateAt(progress.step, {
      peak: spec.optimizer.learningRate,
      totalSteps,
      warmupFraction: spec.training.warmupFraction,
      schedule: spec.training.schedule,
      power: spec.training.schedulePower,
    });
    const batch = data.trainBatch(progress.step);
    const { loss, gradientNorm } = await engine.step(batch, learningRate);
    const step = progress.step + 1;
    requireFinite(loss, step);
    requireFinite(gradientNorm, step);
    progress = { ...progress, step, trainingSeconds: time() };
    const tokensPerSecond = speed.add(batch.tokenCount, progress.trainingSeconds);
    recorder.metrics({
      step,
      epoch: epoch(),
      time: progress.trainingSeconds,
      split: 'train',
      loss,
      learningRate,
      gradientNorm,
      tokensPerSecond,
    });
    if (step % evaluateEverySteps === 0 || step === totalSteps) await evaluateNow();
    if (step % checkpointEverySteps === 0) recorder.checkpoint(progress);
    recorder.update(
      {
        ...progress,
        activity: 'Training',
        secondsLeft: secondsLeft(progress, start, { totalSteps, now: time() }),
      },
      { now: false },
    );
  }
  recorder.update({ ...progress, secondsLeft: 0 });
  return 'finished';
}

/** Mean loss in nats a masked token, its perplexity and the share predicted right. */
export async function evaluate(
  engine: TrainingEngine,
  batches: Iterable<TrainingBatch>,
): Promise<{ loss: number; perplexity: number; maskedAccuracy: number }> {
  let lossSum = 0;
  let correct = 0;
  let count = 0;
  for (const batch of batches) {
    const sums = await engine.evaluate(batch);
    lossSum += sums.lossSum;
    correct += sums.correct;
    count += sums.count;
  }
  const loss = lossSum / count;
  return { loss, perplexity: Math.exp(loss), maskedAccuracy: correct / count };
}

function requireFinite(value: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new AppError({ code: 'Diverged', details: { step, loss: String(value) } });
}

function withEvaluation(
  progress: TrainingProgress,
  metrics: { loss: number; perplexity: number; maskedAccuracy: number },
): TrainingProgress {
  const { step } = progress;
  const isBest = progress.best === null || metrics.loss < progress.best.value;
  return {
    ...progress,
    before: progress.before ?? metrics,
    latest: metrics,
    best: isBest ? { metric: 'loss', value: metrics.loss, step } : progress.best,
  };
}

function secondsLeft(
  progress: TrainingProgress,
  start: TrainingProgress,
  { totalSteps, now }: { totalSteps: number; now: number },
): number {
  const secondsAStep = (now - start.trainingSeconds) / (progress.step - start.step);
  return secondsAStep * (totalSteps - progress.step);
}

/** Tokens a second over the last steps. */
class Speedometer {
  private readonly window: { tokens: number; seconds: number }[] = [];

  add(tokens: number, seconds: number): number {
    this.window.push({ tokens, seconds });
    if (this.window.length > 20) this.window.shift();
    const first = this.window[0]!;
    const span = seconds - first.seconds;
    const counted = this.window.slice(1).reduce((sum, entry) => sum + entry.tokens, 0);
    return span > 0 ? counted / span : 0;
  }
}
