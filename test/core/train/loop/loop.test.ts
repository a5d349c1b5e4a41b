import { describe, expect, it } from 'vitest';
import { describeError, toAppErrorData } from '../../../../src/core/errors.js';
import { BERT_MASKING } from '../../../../src/core/masking/policy/policy.js';
import {
  methodSpecSchema,
  readingSpecSchema,
  type MetricsRow,
  type RunSpec,
  type RunState,
  type TrainingSpec,
} from '../../../../src/core/runs/schema.js';
import { metricMessage } from '../../../../src/core/runs/metrics.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { DEFAULT_OPTIMIZER, suggestTraining } from '../../../../src/core/specs/defaults.js';
import { FrozenFeatures } from '../../../../src/core/train/engine/frozenFeatures.js';
import type { TrainingEngine } from '../../../../src/core/train/engine/engine.js';
import type { TrainingData } from '../../../../src/core/train/data/trainingData.js';
import { train, type TrainingRecorder } from '../../../../src/core/train/loop/loop.js';
import { NO_PROGRESS, type TrainingProgress } from '../../../../src/core/train/loop/progress.js';
import { StepTrace } from '../../../../src/core/train/loop/traceRecorder.js';
import { randomBatch, tinyBert } from '../../../support/bert.js';
import { message, problem, type Message } from '../../../../src/core/messages/message.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';

const spec: RunSpec = {
  version: 1,
  id: 'id',
  name: 'name',
  createdAt: '2026-01-01T00:00:00Z',
  experiment: 'default',
  task: { kind: 'masked-lm' },
  method: methodSpecSchema.parse({}),
  workspaceFolder: '',
  model: { path: '', name: '', sha256: '0'.repeat(64) },
  newModel: null,
  data: {
    files: [],
    heldOutFraction: 0.1,
    testFraction: 0,
    splitSeed: 0,
    fold: null,
    labelled: null,
    reading: readingSpecSchema.parse({}),
    shifted: null,
  },
  masking: BERT_MASKING,
  debias: null,
  optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-3 },
  training: {
    ...suggestTraining(
      { bytes: 1000 },
      {
        options: { epochs: 2, evaluateEverySteps: 4, checkpointEverySteps: 3 },
      },
    ),
    bestOfTies: 'first',
  },
  study: null,
  versions: {},
};

const batch = { tokenCount: 10 } as TrainingBatch;

interface FakeOptions {
  /** Held-out loss by the steps taken; 10 - step unless given. */
  readonly heldOut?: (step: number) => number;
  readonly accuracy?: (step: number) => number;
  readonly divergeAt?: number;
  readonly gradientNorm?: number;
}

/** An engine whose weights are the number of steps taken, and whose loss is 10 minus that. */
class FakeEngine implements TrainingEngine {
  weights = 0;
  updates = 0;
  readonly stepped: (readonly TrainingBatch[])[] = [];

  constructor(private readonly options: FakeOptions = {}) {}

  step(batches: readonly TrainingBatch[]) {
    this.stepped.push(batches);
    const { divergeAt, gradientNorm = 1 } = this.options;
    if (this.updates + 1 === divergeAt) {
      const isLoss = gradientNorm === 1;
      return Promise.resolve({ loss: isLoss ? NaN : 1, gradientNorm });
    }
    this.updates++;
    this.weights++;
    return Promise.resolve({ loss: 10 - this.updates, gradientNorm: 1 });
  }
  evaluate() {
    const { heldOut = (step) => 10 - step, accuracy = () => 0.5 } = this.options;
    const correct = 2 * accuracy(this.weights);
    return Promise.resolve({ lossSum: 2 * heldOut(this.weights), correct, count: 2, logits: null });
  }
  logits = () => Promise.reject(new Error('not used'));
  features: FrozenFeatures | null = null;
  trainedParameters = () => new Map();
  modelParameters = () => new Map();
  adapters = () => null;
  optimizerState = () => ({ step: this.updates, arrays: new Map() });
  restore = () => undefined;
  dispose = () => Promise.resolve();

  goBackTo({ step }: TrainingProgress): void {
    this.updates = step;
    this.weights = step;
  }
}

class Recording implements TrainingRecorder {
  readonly rows: MetricsRow[] = [];
  readonly sampledAt: number[] = [];
  readonly checkpoints: TrainingProgress[] = [];
  readonly kept: number[] = [];
  readonly messages: Message[] = [];
  engine: FakeEngine | null = null;
  isBestReadable = true;
  state: Partial<RunState> = {};
  controls = new Map<number, 'stop' | 'pause' | 'resume' | 'checkpoint'>();

  metrics(row: MetricsRow): void {
    this.rows.push(row);
  }
  samples(step: number): Promise<void> {
    this.sampledAt.push(step);
    return Promise.resolve();
  }
  update(changes: Partial<RunState>): void {
    this.state = { ...this.state, ...changes };
  }
  checkpoint(progress: TrainingProgress): void {
    this.checkpoints.push(progress);
  }
  log(said: Message): void {
    this.messages.push(said);
  }
  keepBest(step: number): void {
    this.kept.push(step);
  }
  restoreBest(step: number): boolean {
    if (this.isBestReadable) this.engine!.weights = step;
    return this.isBestReadable;
  }
  takeControl() {
    const step = this.rows.at(-1)?.step ?? 0;
    const control = this.controls.get(step) ?? null;
    this.controls.delete(step);
    return control;
  }
  seconds(): number {
    return 0;
  }
  sleep(): Promise<void> {
    this.controls.set(this.rows.at(-1)!.step, 'resume');
    return Promise.resolve();
  }
}

const data: TrainingData = {
  stepsPerEpoch: 5,
  isRepeated: true,
  trainBatches: () => [batch],
  heldOutBatches: () => [batch],
  testBatches: null,
};

function run(
  recorder: Recording,
  {
    start = NO_PROGRESS,
    engine = new FakeEngine(),
    training = {},
    until = 1,
    isUntrained = false,
  }: {
    start?: TrainingProgress;
    engine?: FakeEngine;
    training?: Partial<TrainingSpec>;
    until?: number;
    isUntrained?: boolean;
  } = {},
): Promise<'finished' | 'stopped'> {
  recorder.engine = engine;
  const changed = { ...spec, training: { ...spec.training, ...training } };
  return train({ spec: changed, data, recorder, engine, start, until, isUntrained });
}

const heldOutSteps = (recorder: Recording): number[] =>
  recorder.rows.filter(({ split }) => split === 'heldOut').map(({ step }) => step);

describe('train', () => {
  it('evaluates before the first step, at its interval and at the end', async () => {
    const recorder = new Recording();
    expect(await run(recorder)).toBe('finished');
    expect(heldOutSteps(recorder)).toEqual([0, 4, 8, 10]);
    expect(recorder.sampledAt).toEqual([0, 4, 8, 10]);
    expect(recorder.checkpoints.map(({ step }) => step)).toEqual([3, 6, 9]);
    expect(recorder.state.before).toEqual({
      loss: 10,
      perplexity: Math.exp(10),
      maskedAccuracy: 0.5,
    });
    expect(recorder.state.best).toEqual({ metric: 'perplexity', value: 1, step: 10, loss: 0 });
  });

  it('stops at a step border with a checkpoint, and the rest continues it exactly', async () => {
    const whole = new Recording();
    await run(whole);
    const first = new Recording();
    first.controls.set(5, 'stop');
    const engine = new FakeEngine();
    expect(await run(first, { engine })).toBe('stopped');
    const start = first.checkpoints.at(-1)!;
    expect(start.step).toBe(5);
    const rest = new Recording();
    expect(await run(rest, { start, engine })).toBe('finished');
    expect([...first.rows, ...rest.rows].map(withoutSpeed)).toEqual(whole.rows.map(withoutSpeed));
    expect(rest.state.before).toEqual(whole.state.before);
  });

  it('stops at the first evaluation after a share of its steps, and the rest continues it exactly', async () => {
    const whole = new Recording();
    await run(whole);
    const first = new Recording();
    const engine = new FakeEngine();
    expect(await run(first, { engine, until: 0.5 })).toBe('stopped');
    // Half of 10 steps is 5; evaluations are at 4 and 8.
    const start = first.checkpoints.at(-1)!;
    expect(start.step).toBe(8);
    expect(first.state.step).toBe(8);
    const rest = new Recording();
    expect(await run(rest, { start, engine })).toBe('finished');
    expect([...first.rows, ...rest.rows].map(withoutSpeed)).toEqual(whole.rows.map(withoutSpeed));
    expect(await run(new Recording(), { until: 0.9 })).toBe('finished');
  });

  it('finishes by early stopping instead of pausing', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ heldOut: () => 1 });
    const training = { ...every, earlyStopping: { metric: 'loss', patience: 4, minimumChange: 0 } };
    expect(await run(recorder, { engine, training, until: 0.4 })).toBe('finished');
    expect(recorder.rows.at(-1)?.step).toBe(4);
  });

  it('waits while paused, after a checkpoint, and goes on when resumed', async () => {
    const recorder = new Recording();
    recorder.controls.set(2, 'pause');
    expect(await run(recorder)).toBe('finished');
    expect(recorder.checkpoints.map(({ step }) => step)).toEqual([2, 3, 6, 9]);
    expect(recorder.state.status).toBe('running');
  });

  it('records nothing of a held-out loss that is no number', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ heldOut: () => NaN });
    await expect(run(recorder, { engine })).rejects.toMatchObject({
      data: { code: 'Diverged', details: { step: 0 } },
    });
    expect(recorder.rows).toEqual([]);
    expect(recorder.state.before).toBeNull();
  });

  it('stops before the first step when asked to while it was being prepared', async () => {
    const recorder = new Recording();
    recorder.controls.set(0, 'stop');
    expect(await run(recorder)).toBe('stopped');
    expect(recorder.rows.map(({ split }) => split)).toEqual(['heldOut']);
  });

  it('computes the features of the rows that come again first, and leaves the rest out when stopped', async () => {
    let computed = 0;
    const engineWithFeatures = (): FakeEngine => {
      const engine = new FakeEngine();
      const compute = (): Promise<Float32Array> => Promise.resolve(Float32Array.of(++computed));
      engine.features = new FrozenFeatures({ dims: [1], compute });
      return engine;
    };
    const batchOf = (id: number): TrainingBatch => ({
      ...{ batchSize: 1, length: 1, rowCount: 1, positions: null, tokenTypeIds: null },
      ...{ inputIds: BigInt64Array.of(BigInt(id)), attentionMask: BigInt64Array.of(1n) },
      ...{ labels: BigInt64Array.of(0n), values: null, weights: Float32Array.of(1) },
      tokenCount: 1,
    });
    const real: TrainingData = {
      ...data,
      trainBatches: (step) => [batchOf(step % 5)],
      heldOutBatches: () => [batchOf(9)],
    };
    const trainOn = (recorder: Recording, trained: TrainingData): Promise<string> => {
      const engine = engineWithFeatures();
      recorder.engine = engine;
      return train({ spec, data: trained, recorder, engine, start: NO_PROGRESS });
    };
    const whole = new Recording();
    expect(await trainOn(whole, real)).toBe('finished');
    expect(computed).toBe(6);
    expect(whole.messages.map(({ id }) => id)).toContain('training.featuresKept');
    computed = 0;
    const masked = new Recording();
    expect(await trainOn(masked, { ...real, isRepeated: false })).toBe('finished');
    expect(computed).toBe(1);
    expect(masked.messages.map(({ id }) => id)).toContain('training.heldOutFeaturesKept');
    computed = 0;
    const stopped = new Recording();
    stopped.controls.set(0, 'stop');
    expect(await trainOn(stopped, real)).toBe('stopped');
    expect(computed).toBe(1);
    expect(stopped.rows).toEqual([]);
    expect(stopped.checkpoints.map(({ step, before }) => [step, before])).toEqual([[0, null]]);
  });

  it('hands each step to a trace, a diverging one as well', async () => {
    const engine = new FakeEngine({ divergeAt: 3 });
    const trace = new StepTrace(engine, 5);
    const recorder = new Recording();
    const whole = { ...data, trainBatches: () => [randomBatch(tinyBert, 1)] };
    const options = { spec, data: whole, recorder, engine, start: NO_PROGRESS, trace };
    await expect(train(options)).rejects.toThrow(/Diverged/);
    const losses = trace.content().get('losses')!;
    expect([...new Float64Array(losses.bytes.buffer)]).toEqual([9, 8, NaN]);
  });

  it('steps with all batches of a step, and counts the tokens of each', async () => {
    const recorder = new Recording();
    recorder.seconds = () => recorder.rows.length;
    const engine = new FakeEngine();
    recorder.engine = engine;
    const pairs = { ...data, trainBatches: () => [batch, batch] };
    await train({ spec, data: pairs, recorder, engine, start: NO_PROGRESS });
    expect(engine.stepped).toHaveLength(10);
    expect(engine.stepped[0]).toEqual([batch, batch]);
    expect(recorder.rows.find(({ step }) => step === 3)?.tokensPerSecond).toBe(20);
  });
});

describe('a loss or gradient that is no number', () => {
  it('stops the run with the step, the last checkpoint and what to lower', async () => {
    const recorder = new Recording();
    const thrown = await run(recorder, { engine: new FakeEngine({ divergeAt: 7 }) }).catch(
      (error: unknown) => error,
    );
    expect(recorder.rows.at(-1)?.step).toBe(6);
    expect(recorder.checkpoints.at(-1)?.step).toBe(6);
    expect(describeError(toAppErrorData(thrown), ENGLISH)).toEqual({
      message: 'The loss became NaN at step 7. The checkpoint of step 6 was written before that.',
      remedy: 'Start a new run with a lower learning rate: 0.0005 instead of 0.001.',
    });
  });

  it('is noticed in the gradient norm, too, and before any checkpoint', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ divergeAt: 2, gradientNorm: Infinity });
    const thrown = await run(recorder, { engine }).catch((error: unknown) => error);
    expect(recorder.checkpoints).toEqual([]);
    const { message } = describeError(toAppErrorData(thrown), ENGLISH);
    expect(message).toBe('The gradient norm became Infinity at step 2.');
  });

  it('is noticed on held-out data, after a resume, without a checkpoint of it', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ heldOut: (step) => (step === 8 ? 1000 : 1) });
    const start = { ...NO_PROGRESS, step: 6, before: { loss: 9 } };
    engine.goBackTo(start);
    await expect(run(recorder, { engine, start })).rejects.toMatchObject({
      data: {
        code: 'Diverged',
        details: {
          step: 8,
          quantity: { heldOut: 'perplexity' },
          value: 'Infinity',
          checkpointStep: 6,
        },
      },
    });
    expect(recorder.checkpoints).toEqual([]);
    expect(recorder.rows.at(-1)).toMatchObject({ step: 8, split: 'train' });
  });
});

const every = { evaluateEverySteps: 1, checkpointEverySteps: 1 };
const stopping = (metric: string, patience: number, minimumChange = 0): Partial<TrainingSpec> => ({
  ...every,
  earlyStopping: { metric, patience, minimumChange },
});

describe('early stopping', () => {
  const losses = [9, 8, 7, 7.5, 6.9, 7.2, 7.1, 7, 2, 1, 0];
  const heldOut = (step: number): number => losses[step]!;

  it('ends the run after so many evaluations in a row without a better one', async () => {
    const recorder = new Recording();
    const training = stopping('loss', 3);
    expect(await run(recorder, { engine: new FakeEngine({ heldOut }), training })).toBe('finished');
    expect(recorder.rows.at(-1)?.step).toBe(7);
    expect(recorder.state).toMatchObject({
      step: 7,
      best: { metric: 'loss', value: 6.9, step: 4 },
    });
    expect(recorder.messages).toEqual([
      message('training.stoppedEarly', {
        step: 7,
        metric: 'loss',
        count: 3,
        best: message('training.bestValue', { value: metricMessage('loss', 6.9), step: 4 }),
      }),
    ]);
  });

  it('knows that more of some metrics is better', async () => {
    const recorder = new Recording();
    const accuracy = (step: number): number => [0.1, 0.3, 0.4, 0.4, 0.2, 0.9][step]!;
    const training = stopping('maskedAccuracy', 2);
    await run(recorder, { engine: new FakeEngine({ accuracy }), training });
    expect(recorder.rows.at(-1)?.step).toBe(4);
    expect(recorder.state.best).toMatchObject({ metric: 'maskedAccuracy', value: 0.4, step: 2 });
  });

  it('goes by the minimum change, which small gains reach together', async () => {
    const recorder = new Recording();
    const slow = (step: number): number => 9 - 0.3 * step;
    const training = stopping('loss', 2, 0.5);
    await run(recorder, { engine: new FakeEngine({ heldOut: slow }), training });
    expect(recorder.rows.at(-1)?.step).toBe(10);
    const strict = new Recording();
    const patience = stopping('loss', 2, 0.7);
    await run(strict, { engine: new FakeEngine({ heldOut: slow }), training: patience });
    expect(strict.rows.at(-1)?.step).toBe(2);
    // What is best does not depend on it.
    expect(strict.state.best?.step).toBe(2);
  });

  it('waits as long when the run is stopped and resumed at any step', async () => {
    const training = { ...stopping('loss', 3), restoreBest: true };
    const whole = new Recording();
    await run(whole, { engine: new FakeEngine({ heldOut }), training });
    for (let step = 0; step <= 7; step++) {
      const first = new Recording();
      first.controls.set(step, 'stop');
      await run(first, { engine: new FakeEngine({ heldOut }), training });
      const start = first.checkpoints.at(-1)!;
      expect(start.step).toBe(step);
      const engine = new FakeEngine({ heldOut });
      engine.goBackTo(start);
      const rest = new Recording();
      await run(rest, { start, engine, training });
      const rows = [...first.rows, ...rest.rows].map(withoutSpeed);
      expect(rows).toEqual(whole.rows.map(withoutSpeed));
      expect(rest.state).toEqual(whole.state);
      expect(engine.weights).toBe(4);
    }
  });

  it('refuses a metric that the task does not have', async () => {
    await expect(run(new Recording(), { training: stopping('macroF1', 2) })).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: {
          problem: problem('training.unknownMetric', {
            metric: 'macroF1',
            task: 'masked-lm',
            metrics: { list: ['loss', 'perplexity', 'maskedAccuracy'], join: 'or' },
          }),
        },
      },
    });
  });
});

describe('restoring the best model', () => {
  const heldOut = (step: number): number => Math.abs(step - 3) + 1;
  const training = { ...every, restoreBest: true };

  it('keeps the weights of each new best and leaves those of the last of them', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ heldOut });
    await run(recorder, { engine, training });
    expect(recorder.kept).toEqual([0, 1, 2, 3]);
    expect(engine.weights).toBe(3);
    expect(recorder.state).toMatchObject({ step: 10, modelStep: 3, latest: { loss: 1 } });
    expect(recorder.messages.at(-1)).toEqual(
      message('training.bestKept', { step: 3, value: metricMessage('perplexity', Math.exp(1)) }),
    );
    expect(heldOutSteps(recorder)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // The last samples are those of the model that is left.
    expect(recorder.sampledAt.slice(-2)).toEqual([10, 3]);
  });

  it('leaves the last weights where they are the best', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine();
    await run(recorder, { engine, training });
    expect(engine.weights).toBe(10);
    expect(recorder.state.modelStep).toBeUndefined();
  });

  it('prefers a trained model and the lower loss among evaluations of the same value', async () => {
    const flat = { accuracy: () => 0.5, heldOut };
    const metric = { metric: 'maskedAccuracy', patience: 99, minimumChange: 0 };
    const ties = { ...training, earlyStopping: metric };
    const first = new Recording();
    await run(first, { engine: new FakeEngine(flat), training: ties });
    expect(first.state.best?.step).toBe(0);
    const lowest = new Recording();
    const bestOfTies = 'lowestLoss' as const;
    await run(lowest, { engine: new FakeEngine(flat), training: { ...ties, bestOfTies } });
    expect(lowest.state.best?.step).toBe(3);
    const worse = { ...flat, heldOut: (step: number): number => 1 + step };
    const trained = new Recording();
    await run(trained, { engine: new FakeEngine(worse), training: { ...ties, bestOfTies } });
    expect(trained.state.best?.step).toBe(1);
  });

  it('never leaves the model before training if that has not learned the task', async () => {
    const worse = (step: number): number => 1 + step;
    const trained = new Recording();
    await run(trained, { engine: new FakeEngine({ heldOut: worse }), training });
    expect(trained.state.best?.step).toBe(0);
    const untrained = new Recording();
    const engine = new FakeEngine({ heldOut: worse });
    await run(untrained, { engine, training, isUntrained: true });
    expect(engine.weights).toBe(1);
    expect(untrained.state).toMatchObject({ best: { step: 1 }, before: { loss: 1 }, modelStep: 1 });
  });

  it('leaves the last weights where the best cannot be read any more', async () => {
    const recorder = new Recording();
    recorder.isBestReadable = false;
    expect(await run(recorder, { engine: new FakeEngine({ heldOut }), training })).toBe('finished');
    expect(recorder.state).toMatchObject({ latest: { loss: 8 } });
    expect(recorder.state.modelStep).toBeUndefined();
  });

  it('keeps and restores nothing unless asked to', async () => {
    const recorder = new Recording();
    const engine = new FakeEngine({ heldOut });
    await run(recorder, { engine, training: every });
    expect(recorder.kept).toEqual([]);
    expect(engine.weights).toBe(10);
  });
});

describe('test data', () => {
  it('is evaluated once, at the end, with the model that is left', async () => {
    const looked: number[] = [];
    const engine = new FakeEngine({ heldOut: (step) => Math.abs(step - 3) + 1 });
    const recorder = new Recording();
    recorder.engine = engine;
    const testBatches = (): TrainingBatch[] => {
      looked.push(engine.weights);
      return [batch];
    };
    const changed = { ...spec, training: { ...spec.training, ...every, restoreBest: true } };
    const whole = { ...data, testBatches };
    await train({ spec: changed, data: whole, recorder, engine, start: NO_PROGRESS });
    expect(looked).toEqual([3]);
    const rows = recorder.rows.filter(({ split }) => split === 'test');
    expect(rows).toMatchObject([{ step: 3, loss: 1, maskedAccuracy: 0.5 }]);
    expect(recorder.rows.at(-1)).toBe(rows[0]);
    expect(recorder.state.test).toEqual({
      loss: 1,
      perplexity: Math.exp(1),
      maskedAccuracy: 0.5,
    });
    expect(recorder.messages.at(-1)).toEqual(
      message('training.testResult', { value: metricMessage('perplexity', Math.exp(1)) }),
    );
  });

  it('is not evaluated by a run that is stopped', async () => {
    const recorder = new Recording();
    recorder.engine = new FakeEngine();
    recorder.controls.set(5, 'stop');
    const whole = { ...data, testBatches: () => [batch] };
    const options = { spec, data: whole, recorder, engine: recorder.engine, start: NO_PROGRESS };
    expect(await train(options)).toBe('stopped');
    expect(recorder.rows.some(({ split }) => split === 'test')).toBe(false);
  });
});

function withoutSpeed(row: MetricsRow): MetricsRow {
  const copy = { ...row };
  delete copy.tokensPerSecond;
  return copy;
}
