import { AppError } from '../../errors.js';
import { metricText } from '../../runs/metrics.js';
import { objectiveOf } from '../../objectives/objectives.js';
import type { MetricsRow, RunControl, RunSpec, RunState } from '../../runs/schema.js';
import { totalStepsOf, type TrainingData } from '../data/trainingData.js';
import type { TrainingEngine } from '../engine/engine.js';
import { evaluate } from '../evaluation/metricSums.js';
import { isPatienceOver, stateOf, withEvaluation, type TrainingProgress } from './progress.js';
import { learningRateAt } from '../optimizer/learningRateSchedule.js';
import type { StepTrace } from './traceRecorder.js';

/** Where the loop writes what happens; the run directory in production. */
export interface TrainingRecorder {
  metrics(row: MetricsRow): void;
  /** Predicts the sample sentences again. */
  samples(step: number): Promise<void>;
  update(changes: Partial<RunState>, options?: { now?: boolean }): void;
  /** For a person. */
  log(message: string): void;
  checkpoint(progress: TrainingProgress): void;
  /** Keeps the weights as they are now aside, as the best so far. */
  keepBest(step: number): void;
  /** Puts the weights that were kept at `step` back; false where they cannot be read. */
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
  /** Takes down what is done, for replay. */
  readonly trace?: StepTrace | null;
}

/**
 * Trains from `start` to the last step, until held-out data gets no better for long enough, or until
 * asked to stop. Throws `Diverged` where a loss or gradient is no longer a number: the step that
 * would spoil the parameters is not done and recorded nowhere, and no checkpoint is written after it.
 */
export async function train(options: TrainOptions): Promise<'finished' | 'stopped'> {
  const { spec, engine, data, recorder, start } = options;
  const { evaluateEverySteps, checkpointEverySteps, restoreBest } = spec.training;
  const totalSteps = totalStepsOf(spec, data.stepsPerEpoch);
  const startedAt = recorder.seconds();
  const speed = new Speedometer();
  let progress = start;
  let checkpointStep = start.step === 0 ? null : start.step;
  let pausedSeconds = 0;

  const time = (): number => start.trainingSeconds + recorder.seconds() - startedAt - pausedSeconds;
  const epoch = (): number => progress.step / data.stepsPerEpoch;
  const requireFinite = (what: string, value: number, step: number): void => {
    if (Number.isFinite(value)) return;
    const { learningRate } = spec.optimizer;
    const details = { step, what, value: String(value), learningRate, checkpointStep };
    throw new AppError({ code: 'Diverged', details });
  };
  const checkpoint = (): void => {
    recorder.checkpoint(progress);
    checkpointStep = progress.step;
  };
  const evaluateNow = async (): Promise<void> => {
    const { step } = progress;
    recorder.update({ activity: 'Measuring on held-out text' });
    const metrics = await evaluate(engine, data.heldOutBatches(), spec.task);
    for (const [name, value] of Object.entries(metrics))
      requireFinite(`held-out ${name}`, value, step);
    progress = { ...withEvaluation(progress, metrics, spec), trainingSeconds: time() };
    if (restoreBest && progress.best?.step === step) recorder.keepBest(step);
    recorder.metrics({ step, epoch: epoch(), time: time(), split: 'heldOut', ...metrics });
    await recorder.samples(step);
  };

  recorder.update({ ...stateOf(progress), status: 'running', totalSteps, activity: '' });
  if (progress.before === null) await evaluateNow();

  while (progress.step < totalSteps && !isPatienceOver(progress, spec.training)) {
    let command = recorder.takeControl();
    if (command === 'pause') {
      checkpoint();
      recorder.update({ ...stateOf(progress), status: 'paused', activity: '' });
      const pausedAt = recorder.seconds();
      while (command !== 'resume' && command !== 'stop') {
        await recorder.sleep(200);
        recorder.update({}, { now: false });
        command = recorder.takeControl();
      }
      pausedSeconds += recorder.seconds() - pausedAt;
      recorder.update({ status: 'running', activity: '' });
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
    const batches = data.trainBatches(progress.step);
    const { loss, gradientNorm } = await engine.step(batches, learningRate);
    options.trace?.add({ batches, learningRate, loss, gradientNorm });
    const step = progress.step + 1;
    requireFinite('loss', loss, step);
    requireFinite('gradient norm', gradientNorm, step);
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
    if (step % evaluateEverySteps === 0 || step === totalSteps) await evaluateNow();
    if (step % checkpointEverySteps === 0) checkpoint();
    recorder.update(
      {
        ...stateOf(progress),
        activity: '',
        secondsLeft: secondsLeft(progress, start, { totalSteps, now: time() }),
      },
      { now: false },
    );
  }
  if (progress.step < totalSteps) recorder.log(earlyStopText(progress, spec));
  recorder.update({ ...stateOf(progress), secondsLeft: 0 });
  const left = restoreBest ? await leaveBest(options, progress) : progress.step;
  await test(options, { ...progress, step: left });
  return 'finished';
}

/** Measures the finished model, that of `progress.step`, on data that nothing was chosen by. */
async function test(
  { spec, engine, data, recorder }: TrainOptions,
  { step, trainingSeconds: time }: TrainingProgress,
): Promise<void> {
  if (data.testBatches === null) return;
  recorder.update({ activity: 'Measuring on test data' });
  const metrics = await evaluate(engine, data.testBatches(), spec.task);
  recorder.metrics({ step, epoch: step / data.stepsPerEpoch, time, split: 'test', ...metrics });
  recorder.update({ test: metrics });
  const [name] = objectiveOf(spec.task).metrics;
  recorder.log(`Test data: ${metricText(name, metrics[name] ?? metrics.loss)}.`);
}

/**
 * Puts the best weights back, where the last ones are not; what is left is measured once more. The
 * step that the model is of then.
 */
async function leaveBest(
  { spec, engine, data, recorder }: TrainOptions,
  { best, step }: TrainingProgress,
): Promise<number> {
  if (best === null || best.step === step) return step;
  recorder.update({ activity: 'Going back to the best model' });
  if (!recorder.restoreBest(best.step)) return step;
  const latest = await evaluate(engine, data.heldOutBatches(), spec.task);
  recorder.update({ latest, modelStep: best.step });
  recorder.log(
    `The model is that of step ${best.step}, the best of the run: ${metricText(best.metric, best.value)}.`,
  );
  return best.step;
}

function earlyStopText({ step, best, patience }: TrainingProgress, { training }: RunSpec): string {
  const metric = training.earlyStopping?.metric ?? '';
  const reached =
    best === null ? '' : ` The best was ${metricText(metric, best.value)}, at step ${best.step}.`;
  return `Stopped early at step ${step}: ${metric} got no better in ${patience?.waited ?? 0} measurements.${reached}`;
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
