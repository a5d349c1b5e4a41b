import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import {
  methodSpecSchema,
  optimizerSpecSchema,
  readingSpecSchema,
  taskSpecSchema,
  trainingSpecSchema,
  type MetricsRow,
  type RunSpec,
} from '../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import type { TrainingEngine } from '../../../src/core/train/engine/engine.js';
import type { TrainingData } from '../../../src/core/train/data/trainingData.js';
import { train } from '../../../src/core/train/loop/loop.js';
import { NO_PROGRESS } from '../../../src/core/train/loop/progress.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import {
  keepBest,
  readBest,
  readNewestCheckpoint,
  writeCheckpoint,
} from '../../../src/node/runs/checkpoints.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { randomBatch, tinyBert } from '../../support/bert.js';
import { testKernels } from '../../support/kernels.js';

const LABELS = ['a', 'b', 'c'];
const HEAD = { head: 'sequence', labelCount: LABELS.length } as const;
const config = { ...tinyBert, hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 };

/** All that a resumed run could lose: adapters, factored moments, dropout, accumulation, patience. */
const spec: RunSpec = {
  version: 1,
  id: 'id',
  name: 'name',
  createdAt: '2026-01-01T00:00:00Z',
  experiment: 'default',
  task: taskSpecSchema.parse({ kind: 'classification', labels: LABELS, loss: 'crossEntropy' }),
  method: methodSpecSchema.parse({ kind: 'lora', lora: { rank: 2, alpha: 8, targets: [] } }),
  workspaceFolder: '',
  model: { path: '', name: '', sha256: '' },
  newModel: null,
  data: {
    files: [],
    heldOutFraction: 0.1,
    testFraction: 0.1,
    splitSeed: 0,
    fold: null,
    labelled: null,
    reading: readingSpecSchema.parse({}),
    shifted: null,
  },
  masking: BERT_MASKING,
  debias: null,
  optimizer: optimizerSpecSchema.parse({
    name: 'adafactor',
    learningRate: 0.03,
    weightDecay: 0.01,
    maxGradientNorm: 1,
    decayRate: -0.8,
    clipThreshold: 1,
    epsilon: 1e-30,
  }),
  training: trainingSpecSchema.parse({
    epochs: 4,
    batchSize: 3,
    maxLength: 16,
    warmupFraction: 0.1,
    schedule: 'cosine',
    accumulation: 2,
    dropout: true,
    earlyStopping: { metric: 'loss', patience: 3 },
    restoreBest: true,
    evaluateEverySteps: 2,
    checkpointEverySteps: 3,
    seed: 5,
    threads: 2,
  }),
  study: null,
  versions: {},
};

function batchOf(seed: number): TrainingBatch {
  const batch = randomBatch(config, seed);
  const labels = BigInt64Array.from({ length: 3 }, (_, i) => BigInt((seed * 7 + i) % 3));
  return { ...batch, rowCount: 3, positions: null, labels, weights: new Float32Array(3).fill(1) };
}

const data: TrainingData = {
  stepsPerEpoch: 4,
  isRepeated: false,
  trainBatches: (step) => [batchOf(2 * step), batchOf(2 * step + 1)],
  heldOutBatches: () => [batchOf(1001), batchOf(1002)],
  testBatches: () => [batchOf(2001)],
};

let directory: string;
const engines: TrainingEngine[] = [];
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-resume-'));
});
afterEach(async () => {
  fs.rmSync(directory, { recursive: true, force: true });
  for (const engine of engines.splice(0)) await engine.dispose();
});

class Killed extends Error {}

/** Trains in `folder` from its newest checkpoint; dies before what step `killedAt` did is written. */
async function trainIn(folder: string, killedAt = Infinity): Promise<TrainingEngine> {
  fs.mkdirSync(folder, { recursive: true });
  const engine = await createTrainingEngine({
    ...spec,
    losses: [lossOf(spec.task)],
    model: createModel(config, HEAD),
    parameters: initializeParameters(config, 3, HEAD),
    dropout: true,
    seed: spec.training.seed,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  engines.push(engine);
  const writer = new RunWriter(folder, initialRunState());
  const checkpoint = readNewestCheckpoint(folder, writer.appendedBytes(), (error) => {
    throw error;
  });
  if (checkpoint !== null) engine.restore(checkpoint);
  writer.cutBack(checkpoint?.appended ?? { metrics: 0, samples: 0 });
  await train({
    spec,
    engine,
    data,
    start: checkpoint?.progress ?? NO_PROGRESS,
    recorder: {
      metrics: (row) => {
        if (row.step >= killedAt) throw new Killed();
        writer.metrics(row);
      },
      samples: () => Promise.resolve(),
      update: (changes) => {
        writer.update(changes);
      },
      log: () => undefined,
      checkpoint: (progress) => {
        writeCheckpoint(folder, engine, { progress, appended: writer.appendedBytes() });
      },
      keepBest: (step) => {
        keepBest(folder, engine, step);
      },
      restoreBest: (step) => {
        engine.restore({
          parameters: readBest(folder, step),
          optimizer: engine.optimizerState(),
        });
        return true;
      },
      takeControl: () => null,
      seconds: () => 0,
      sleep: () => Promise.resolve(),
    },
  });
  return engine;
}

function leftIn(folder: string, engine: TrainingEngine): object {
  const lines = fs.readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const { best, latest, step, modelStep, test } = JSON.parse(
    fs.readFileSync(path.join(folder, 'state.json'), 'utf8'),
  ) as Record<string, unknown>;
  const weights = [...engine.modelParameters()].map(([name, { data }]) => [name, data.slice()]);
  return {
    rows: lines.map((line) => JSON.parse(line) as MetricsRow),
    state: { best, latest, step, modelStep, test },
    weights: Object.fromEntries(weights) as unknown,
  };
}

describe('a run that is killed', () => {
  it('ends as one that was not, to the last bit, wherever it was', async () => {
    const whole = path.join(directory, 'whole');
    const expected = leftIn(whole, await trainIn(whole)) as {
      rows: MetricsRow[];
      state: { step: number; modelStep: number; best: { step: number } };
    };
    const { step, modelStep, best } = expected.state;
    // It stops early and goes back, so that both are put to the test.
    expect(step).toBeLessThan(16);
    expect(modelStep).toBe(best.step);
    for (let killedAt = 1; killedAt <= step; killedAt++) {
      const folder = path.join(directory, `killed-${killedAt}`);
      await expect(trainIn(folder, killedAt)).rejects.toThrow(Killed);
      expect(leftIn(folder, await trainIn(folder))).toEqual(expected);
    }
  });
});
