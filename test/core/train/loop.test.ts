import { describe, expect, it } from 'vitest';
import { BERT_MASKING } from '../../../src/core/masking/policy.js';
import {
  methodSpecSchema,
  type MetricsRow,
  type RunSpec,
  type RunState,
} from '../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../src/core/train/batch.js';
import { DEFAULT_OPTIMIZER, suggestTraining } from '../../../src/core/train/defaults.js';
import type { TrainingEngine } from '../../../src/core/train/engine.js';
import {
  NO_PROGRESS,
  train,
  type TrainingProgress,
  type TrainingRecorder,
} from '../../../src/core/train/loop.js';

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
  data: { files: [], heldOutFraction: 0.1, splitSeed: 0, labelled: null },
  masking: BERT_MASKING,
  optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-3 },
  training: suggestTraining(
    { bytes: 1000 },
    {
      threads: 1,
      options: { epochs: 2, evaluateEverySteps: 4, checkpointEverySteps: 3 },
    },
  ),
  versions: {},
};

const batch = { tokenCount: 10 } as TrainingBatch;

/** An engine whose loss is 10 minus the steps taken. */
function fakeEngine({ divergeAt = Infinity, heldOutLoss = 0 } = {}): TrainingEngine {
  let steps = 0;
  return {
    step: () => {
      steps++;
      return Promise.resolve({ loss: steps === divergeAt ? NaN : 10 - steps, gradientNorm: 1 });
    },
    evaluate: () =>
      Promise.resolve({ lossSum: 20 - 2 * steps + heldOutLoss, correct: 1, count: 2 }),
    logits: () => Promise.reject(new Error('not used')),
    parameters: () => new Map(),
    optimizerState: () => ({ step: steps, firstMoments: new Map(), secondMoments: new Map() }),
    restore: ({ optimizer }) => {
      steps = optimizer.step;
    },
    dispose: () => Promise.resolve(),
  };
}

class Recording implements TrainingRecorder {
  readonly rows: MetricsRow[] = [];
  readonly sampledAt: number[] = [];
  readonly checkpoints: TrainingProgress[] = [];
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

const data = { stepsPerEpoch: 5, trainBatch: () => batch, heldOutBatches: () => [batch] };
const run = (
  recorder: Recording,
  options: { start?: TrainingProgress; engine?: TrainingEngine } = {},
) =>
  train({
    spec,
    data,
    recorder,
    engine: options.engine ?? fakeEngine(),
    start: options.start ?? NO_PROGRESS,
  });
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
    expect(recorder.state.best).toEqual({ metric: 'loss', value: 0, step: 10 });
  });

  it('stops at a step border with a checkpoint, and the rest continues it exactly', async () => {
    const whole = new Recording();
    await run(whole);
    const first = new Recording();
    first.controls.set(5, 'stop');
    const engine = fakeEngine();
    expect(await run(first, { engine })).toBe('stopped');
    const start = first.checkpoints.at(-1)!;
    expect(start.step).toBe(5);
    const rest = new Recording();
    expect(await run(rest, { start, engine })).toBe('finished');
    expect([...first.rows, ...rest.rows].map(withoutSpeed)).toEqual(whole.rows.map(withoutSpeed));
    expect(rest.state.before).toEqual(whole.state.before);
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
    const engine = fakeEngine({ heldOutLoss: NaN });
    await expect(run(recorder, { engine })).rejects.toMatchObject({
      data: { code: 'Diverged', details: { step: 0 } },
    });
    expect(recorder.rows).toEqual([]);
    expect(recorder.state.before).toBeUndefined();
  });

  it('stops before the first step when asked to while it was being prepared', async () => {
    const recorder = new Recording();
    recorder.controls.set(0, 'stop');
    expect(await run(recorder)).toBe('stopped');
    expect(recorder.rows.map(({ split }) => split)).toEqual(['heldOut']);
  });

  it('throws where the loss is no number, and does not record that step', async () => {
    const recorder = new Recording();
    await expect(run(recorder, { engine: fakeEngine({ divergeAt: 7 }) })).rejects.toMatchObject({
      data: { code: 'Diverged', details: { step: 7 } },
    });
    expect(recorder.rows.at(-1)?.step).toBe(6);
    expect(recorder.checkpoints.at(-1)?.step).toBe(6);
  });
});

function withoutSpeed(row: MetricsRow): MetricsRow {
  const copy = { ...row };
  delete copy.tokensPerSecond;
  return copy;
}
