import { AppError, type DivergedQuantity } from '../../errors.js';
import { message, type Message } from '../../messages/message.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { EvaluationSums } from '../../batches/evaluationSums.js';
import { metricMessage } from '../../runs/metrics.js';
import { rungStep } from '../../runs/rungStep.js';
import { objectiveOf } from '../../objectives/objectives.js';
import type { MetricsRow, RunControl, RunSpec, RunState } from '../../runs/schema.js';
import { totalStepsOf, type TrainingData } from '../data/trainingData.js';
import type { TrainingEngine } from '../engine/engine.js';
import { MAX_FEATURE_BYTES } from '../engine/frozenFeatures.js';
import { evaluate } from '../evaluation/metricSums.js';
import { isPatienceOver, stateOf, withEvaluation, type TrainingProgress } from './progress.js';
import { lossesOf } from '../debias/debiasLosses.js';
import { predictedTargets } from '../engine/predictedTargets.js';
import { learningRateAt } from '../optimizer/learningRateSchedule.js';
import type { StepTrace } from './traceRecorder.js';

/** Record of a training: the run directory in production. */
export interface TrainingRecorder {
  metrics(row: MetricsRow): void;
  /** Called with each batch of an evaluation on held-out data, before `metrics` is. */
  heldOutBatch?(batch: TrainingBatch, sums: EvaluationSums): void;
  /** Predicts the sample sentences again. */
  samples(step: number): Promise<void>;
  update(changes: Partial<RunState>, options?: { now?: boolean }): void;
  log(said: Message): void;
  checkpoint(progress: TrainingProgress): void;
  /** Keeps a copy of the current weights as the best so far. */
  keepBest(step: number): void;
  /** Restores the weights kept at `step`; false if they cannot be read. */
  restoreBest(step: number): boolean;
  takeControl(): RunControl['command'] | null;
  /** Monotonic seconds. */
  seconds(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface TrainOptions {
  readonly spec: RunSpec;
  readonly engine: TrainingEngine;
  readonly data: TrainingData;
  readonly recorder: TrainingRecorder;
  readonly start: TrainingProgress;
  /** Whether the model has learned nothing for the task yet, so that step 0 is never its best. */
  readonly isUntrained?: boolean;
  /** Records the first steps for replay. */
  readonly trace?: StepTrace | null;
  /** Share of the steps after which training stops at the next evaluation. Default: 1. */
  readonly until?: number;
}

/**
 * Trains from `start` until the last step, until early stopping, until its share of the steps is
 * trained, or until asked to stop. Throws
 * `Diverged` if a loss or gradient is NaN or infinite: that step neither changes the parameters nor
 * is recorded, and no checkpoint is written after it.
 */
export async function train(options: TrainOptions): Promise<'finished' | 'stopped'> {
  const { spec, engine, data, recorder, start, isUntrained = false, until = 1 } = options;
  const { evaluateEverySteps, checkpointEverySteps, restoreBest } = spec.training;
  const losses = lossesOf(spec);
  const totalSteps = totalStepsOf(spec, data.stepsPerEpoch);
  const pauseStep = rungStep(until, { totalSteps, evaluateEverySteps });
  const startedAt = recorder.seconds();
  const speed = new Speedometer();
  let progress = start;
  let checkpointStep = start.step === 0 ? null : start.step;
  let pausedSeconds = 0;

  const time = (): number => start.trainingSeconds + recorder.seconds() - startedAt - pausedSeconds;
  const epoch = (): number => progress.step / data.stepsPerEpoch;
  const requireFinite = (quantity: DivergedQuantity, value: number, step: number): void => {
    if (Number.isFinite(value)) return;
    const { learningRate } = spec.optimizer;
    const details = { step, quantity, value: String(value), learningRate, checkpointStep };
    throw new AppError({ code: 'Diverged', details });
  };
  const checkpoint = (): void => {
    recorder.checkpoint(progress);
    checkpointStep = progress.step;
  };
  const evaluateNow = async (): Promise<void> => {
    const { step } = progress;
    recorder.update({ activity: message('training.evaluating') });
    const metrics = await evaluate(engine, data.heldOutBatches(), spec.task, (batch, sums) => {
      recorder.heldOutBatch?.(batch, sums);
    });
    for (const [name, value] of Object.entries(metrics))
      requireFinite({ heldOut: name }, value, step);
    progress = { ...withEvaluation(progress, metrics, spec), trainingSeconds: time() };
    if (step === 0 && isUntrained) progress = { ...progress, best: null };
    if (restoreBest && progress.best?.step === step) recorder.keepBest(step);
    recorder.metrics({ step, epoch: epoch(), time: time(), split: 'heldOut', ...metrics });
    await recorder.samples(step);
  };

  recorder.update({ ...stateOf(progress), status: 'running', totalSteps, activity: null });
  let early = await keepFeatures(options, totalSteps);
  if (progress.before === null && early !== 'stop') await evaluateNow();

  while (progress.step < totalSteps && !isPatienceOver(progress, spec.training)) {
    let command = early ?? recorder.takeControl();
    early = null;
    if (command === 'pause') {
      checkpoint();
      recorder.update({ ...stateOf(progress), status: 'paused', activity: null });
      const pausedAt = recorder.seconds();
      while (command !== 'resume' && command !== 'stop') {
        await recorder.sleep(200);
        recorder.update({}, { now: false });
        command = recorder.takeControl();
      }
      pausedSeconds += recorder.seconds() - pausedAt;
      recorder.update({ status: 'running', activity: null });
    }
    if (command === 'checkpoint') checkpoint();
    if (command === 'stop') {
      checkpoint();
      recorder.update(stateOf(progress));
      return 'stopped';
    }

    const learningRate = learningRateAt(progress.step, {
      peak: spec.optimizer.learningRate,
      totalSteps,
      warmupFraction: spec.training.warmupFraction,
      schedule: spec.training.schedule,
      power: spec.training.schedulePower,
    });
    const batches = await predictedTargets(engine, data.trainBatches(progress.step), losses);
    const { loss, gradientNorm } = await engine.step(batches, learningRate);
    options.trace?.add({ batches, learningRate, loss, gradientNorm });
    const step = progress.step + 1;
    requireFinite('loss', loss, step);
    requireFinite('gradientNorm', gradientNorm, step);
    progress = { ...progress, step, trainingSeconds: time() };
    const tokens = batches.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
    recorder.metrics({
      step,
      epoch: epoch(),
      time: progress.trainingSeconds,
      split: 'train',
      loss,
      learningRate,
      gradientNorm,
      tokensPerSecond: speed.add(tokens, progress.trainingSeconds),
    });
    const isEvaluated = step % evaluateEverySteps === 0 || step === totalSteps;
    if (isEvaluated) await evaluateNow();
    const isPaused =
      isEvaluated &&
      step >= pauseStep &&
      step < totalSteps &&
      !isPatienceOver(progress, spec.training);
    if (isPaused || step % checkpointEverySteps === 0) checkpoint();
    recorder.update(
      {
        ...stateOf(progress),
        activity: null,
        secondsLeft: secondsLeft(progress, start, { totalSteps, now: time() }),
      },
      { now: false },
    );
    if (isPaused) {
      recorder.update({ ...stateOf(progress), pausedAtStep: step });
      return 'stopped';
    }
  }
  if (progress.step < totalSteps) recorder.log(earlyStop(progress, spec));
  recorder.update({ ...stateOf(progress), secondsLeft: 0 });
  const left = restoreBest ? await leaveBest(options, progress) : progress.step;
  await test(options, { ...progress, step: left });
  return 'finished';
}

/**
 * Computes the values that a trained output layer reads once, of the batches that come again. Returns a
 * command that came meanwhile; after `stop`, the rest is left out.
 */
async function keepFeatures(
  { engine: { features }, data, recorder }: TrainOptions,
  totalSteps: number,
): Promise<RunControl['command'] | null> {
  if (features === null) return null;
  let command = null as RunControl['command'] | null;
  recorder.update({ activity: message('training.computingFeatures') });
  const { isComplete } = await features.keep(
    () => repeatedBatches(data, totalSteps),
    () => {
      recorder.update({}, { now: false });
      command = recorder.takeControl() ?? command;
      return command === 'stop';
    },
  );
  recorder.update({ activity: null });
  if (command === 'stop') return command;
  const kept = data.isRepeated ? 'training.featuresKept' : 'training.heldOutFeaturesKept';
  const limit = { bytes: MAX_FEATURE_BYTES };
  recorder.log(isComplete ? message(kept) : message('training.featuresNotKept', { limit }));
  return command;
}

/** Batches with the rows that all epochs and evaluations have. */
function* repeatedBatches(data: TrainingData, totalSteps: number): Generator<TrainingBatch> {
  const steps = data.isRepeated ? Math.min(data.stepsPerEpoch, totalSteps) : 0;
  for (let step = 0; step < steps; step++) yield* data.trainBatches(step);
  for (const batch of data.heldOutBatches()) yield* batch.windows?.batches ?? [batch];
}

/** Evaluates the finished model, from `progress.step`, on test data, which no choice depends on. */
async function test(
  { spec, engine, data, recorder }: TrainOptions,
  { step, trainingSeconds: time }: TrainingProgress,
): Promise<void> {
  if (data.testBatches === null) return;
  recorder.update({ activity: message('training.evaluatingTest') });
  const metrics = await evaluate(engine, data.testBatches(), spec.task);
  recorder.metrics({ step, epoch: step / data.stepsPerEpoch, time, split: 'test', ...metrics });
  recorder.update({ test: metrics });
  const [name] = objectiveOf(spec.task).metrics;
  const value = metricMessage(name, metrics[name] ?? metrics.loss);
  recorder.log(message('training.testResult', { value }));
}

/**
 * Restores the best weights unless they are the last, and evaluates the restored model. Returns the
 * step of the model that the run leaves.
 */
async function leaveBest(
  { spec, engine, data, recorder }: TrainOptions,
  { best, step }: TrainingProgress,
): Promise<number> {
  if (best === null || best.step === step) return step;
  recorder.update({ activity: message('training.restoringBest') });
  if (!recorder.restoreBest(best.step)) return step;
  const latest = await evaluate(engine, data.heldOutBatches(), spec.task);
  recorder.update({ latest, modelStep: best.step });
  // Those of the last step are not of the model that is left.
  await recorder.samples(best.step);
  const value = metricMessage(best.metric, best.value);
  recorder.log(message('training.bestKept', { step: best.step, value }));
  return best.step;
}

function earlyStop({ step, best, patience }: TrainingProgress, { training }: RunSpec): Message {
  const metric = training.earlyStopping?.metric ?? '';
  return message('training.stoppedEarly', {
    step,
    metric,
    count: patience?.waited ?? 0,
    best:
      best === null
        ? ''
        : message('training.bestValue', {
            value: metricMessage(metric, best.value),
            step: best.step,
          }),
  });
}

function secondsLeft(
  progress: TrainingProgress,
  start: TrainingProgress,
  { totalSteps, now }: { totalSteps: number; now: number },
): number {
  const secondsAStep = (now - start.trainingSeconds) / (progress.step - start.step);
  return secondsAStep * (totalSteps - progress.step);
}

/** Tokens per second over the last steps. */
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
