import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../src/core/models/createModel.js';
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import {
  methodSpecSchema,
  optimizerSpecSchema,
  taskSpecSchema,
  type MethodSpec,
  type OptimizerSpec,
  type RunSpec,
  type TaskSpec,
} from '../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import { suggestTraining } from '../../src/core/specs/defaults.js';
import { StepTrace, traceMetadata } from '../../src/core/train/loop/traceRecorder.js';
import { lossOf } from '../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { writeTrace } from '../../src/node/runs/traceFile.js';
import { randomBatch, testOptimizer } from '../support/bert.js';
import { tinyModelConfig, type Family } from '../support/families.js';
import { testKernels } from '../support/kernels.js';
import { findTorchPython } from '../support/torch.js';
import { TraceReplays } from '../support/traceReplays.js';

const python = findTorchPython();
const STEPS = 20;
const LABELS = ['a', 'b', 'c'];

interface Case {
  readonly name: string;
  readonly family: Family;
  readonly task: TaskSpec;
  readonly method?: Partial<MethodSpec>;
  readonly optimizer?: OptimizerSpec;
  readonly accumulation?: number;
  /** Turns a batch of random tokens into one of the task. */
  readonly label?: (batch: TrainingBatch) => TrainingBatch;
}

const ofTexts = (batch: TrainingBatch, rest: Partial<TrainingBatch>): TrainingBatch => ({
  ...batch,
  rowCount: batch.batchSize,
  positions: null,
  labels: BigInt64Array.from({ length: batch.batchSize }, (_, i) => BigInt(i % LABELS.length)),
  weights: new Float32Array(batch.batchSize).fill(1),
  ...rest,
});
const shared = { weightDecay: 0.01, maxGradientNorm: 0.5, learningRate: 1e-3 };

const CASES: readonly Case[] = [
  {
    name: 'BERT, masked words, everything by AdamW',
    family: 'bert',
    task: { kind: 'masked-lm' },
  },
  {
    name: 'BERT, labels with weights and smoothing, adapters by Adam, two batches a step',
    family: 'bert',
    task: taskSpecSchema.parse({
      kind: 'classification',
      labels: LABELS,
      loss: 'crossEntropy',
      labelSmoothing: 0.1,
      classWeights: [1, 2, 0.5],
    }),
    method: { kind: 'lora', lora: { rank: 2, alpha: 8, targets: [], keepAdapter: false } },
    optimizer: optimizerSpecSchema.parse({ ...testOptimizer, ...shared, name: 'adam' }),
    accumulation: 2,
    label: (batch) => ofTexts(batch, { weights: Float32Array.of(1, 2, 0.5) }),
  },
  {
    name: 'RoBERTa, distributions of labels, the upper layer by momentum',
    family: 'roberta',
    task: taskSpecSchema.parse({ kind: 'classification', labels: LABELS, loss: 'kl' }),
    method: { freeze: { embeddings: true, layers: 1, patterns: [] } },
    optimizer: optimizerSpecSchema.parse({ ...shared, name: 'sgd', momentum: 0.9 }),
    label: (batch) =>
      ofTexts(batch, { values: Float32Array.of(0.2, 0.3, 0.5, 1, 0, 0, 0.1, 0.8, 0.1) }),
  },
  {
    name: 'DistilBERT, numbers, everything by AdamW',
    family: 'distilbert',
    task: { kind: 'regression', outputs: LABELS },
    label: (batch) => ofTexts(batch, { values: Float32Array.from({ length: 9 }, (_, i) => i - 4) }),
  },
  {
    name: 'ELECTRA, tags, the biases alone',
    family: 'electra',
    task: taskSpecSchema.parse({ kind: 'token-classification', labels: LABELS }),
    method: { kind: 'bias-only' },
    label: (batch) => ({ ...batch, labels: batch.labels.map((label) => label % 3n) }),
  },
];

const HEADS = {
  'masked-lm': 'masked-lm',
  classification: 'sequence',
  regression: 'sequence',
  'token-classification': 'token',
} as const;

async function trace(
  { family, task, method = {}, optimizer = testOptimizer, accumulation = 1, label }: Case,
  directory: string,
): Promise<void> {
  const config = tinyModelConfig(family);
  const head = { head: HEADS[task.kind], labelCount: LABELS.length };
  const spec: Pick<RunSpec, 'task' | 'method' | 'optimizer' | 'training' | 'model'> = {
    task,
    method: methodSpecSchema.parse(method),
    optimizer,
    training: suggestTraining({ bytes: 1 }, {}),
    model: { name: family, path: '', sha256: '' },
  };
  const engine = await createTrainingEngine({
    ...spec,
    losses: [lossOf(spec.task)],
    model: createModel(config, head),
    parameters: initializeParameters(config, 5, head),
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  const taken = new StepTrace(engine, STEPS);
  for (let step = 0; step < STEPS + 2; step++) {
    const batches = Array.from({ length: accumulation }, (_, j) => {
      const batch = randomBatch(config, 100 + step * accumulation + j, { padded: step % 2 === 0 });
      return label ? label(batch) : batch;
    });
    const learningRate = 1e-3 * Math.min(1, (step + 1) / 5);
    taken.add({ batches, learningRate, ...(await engine.step(batches, learningRate)) });
  }
  await engine.dispose();
  writeTrace(directory, taken.content(), traceMetadata(spec, config));
}

describe.skipIf(python === null)('a trace replayed in PyTorch, in float64', () => {
  let replays: TraceReplays;
  beforeAll(() => {
    replays = new TraceReplays(python!);
  });
  afterAll(() => {
    replays.close();
  });

  it.each(CASES)(`has the losses of ${STEPS} steps: $name`, async (tested) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-trace-'));
    try {
      await trace(tested, directory);
      const result = await replays.replay(path.join(directory, 'trace.safetensors'));
      console.log(`${tested.name}: ${JSON.stringify(result)}`);
      expect(result.steps).toBe(STEPS);
      expect(result.largestLossDifference).toBeLessThan(1e-5);
      expect(result.largestNormDifference).toBeLessThan(1e-3);
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  });
});
