import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import type { HeadKind, Model, ParameterTensor } from '../../../src/core/models/model.js';
import { readSafetensors, writeSafetensors } from '../../../src/core/models/weights/safetensors.js';
import {
  methodSpecSchema,
  taskSpecSchema,
  type MethodSpec,
  type TaskSpec,
} from '../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import type { TrainingEngine } from '../../../src/core/train/engine/engine.js';
import { selectTrained } from '../../../src/core/train/engine/trainedParameters.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer } from '../../support/bert.js';
import { tinyModelConfig, type Family } from '../../support/families.js';
import { testKernels } from '../../support/kernels.js';
import { findTorchPython } from '../../support/torch.js';

const STEPS = 20;
const python = findTorchPython();
if (python === null) console.warn('SKIPPED: training against torch, which needs python3-torch.');

interface Case {
  readonly name: string;
  readonly family?: Family;
  readonly task?: Record<string, unknown>;
  readonly method?: Record<string, unknown>;
  readonly accumulation?: number;
  readonly layerDecay?: number;
}

const LABELS = ['a', 'b', 'c'];
const lora = { rank: 4, alpha: 8, targets: [] };
const classification = { kind: 'classification', labels: LABELS, loss: 'crossEntropy' };

const CASES: readonly Case[] = [
  { name: 'full' },
  { name: 'frozen below the last layer', method: { freeze: { embeddings: true, layers: 1 } } },
  { name: 'frozen by pattern', method: { freeze: { patterns: ['*attention*', 'cls.*'] } } },
  { name: 'biases alone', method: { kind: 'bias-only' } },
  { name: 'LoRA', method: { kind: 'lora', lora } },
  {
    name: 'LoRA on all projections of the upper layer',
    method: {
      kind: 'lora',
      lora: { ...lora, targets: ['query', 'key', 'value', 'dense'] },
      freeze: { layers: 1 },
    },
  },
  { name: 'LoRA, ModernBERT', family: 'modernbert', method: { kind: 'lora', lora } },
  { name: 'accumulated', accumulation: 3 },
  { name: 'layer-wise rates', layerDecay: 0.7 },
  { name: 'classification', task: classification },
  { name: 'classification, DistilBERT', family: 'distilbert', task: classification },
  {
    name: 'smoothed and weighted labels, accumulated',
    task: { ...classification, labelSmoothing: 0.1, classWeights: [0.5, 1, 2] },
    accumulation: 2,
  },
  {
    name: 'several labels',
    task: { ...classification, multiLabel: true, loss: 'binaryCrossEntropy' },
  },
  { name: 'distributions', task: { ...classification, loss: 'kl' } },
  { name: 'regression', task: { kind: 'regression', outputs: LABELS } },
  {
    name: 'regression by LoRA',
    task: { kind: 'regression', outputs: LABELS },
    method: { kind: 'lora', lora },
  },
  {
    name: 'token classification',
    family: 'roberta',
    task: { kind: 'token-classification', labels: LABELS, labelSmoothing: 0.05 },
  },
];

interface Prepared {
  readonly model: Model;
  readonly task: TaskSpec;
  readonly method: MethodSpec;
  readonly parameters: Map<string, ParameterTensor>;
  readonly steps: readonly (readonly TrainingBatch[])[];
  readonly layerDecay: number;
  readonly config: ReturnType<typeof tinyModelConfig>;
}

const headOf = (task: TaskSpec): HeadKind =>
  task.kind === 'masked-lm'
    ? 'masked-lm'
    : task.kind === 'token-classification'
      ? 'token'
      : 'sequence';

function prepare({ family = 'bert', accumulation = 1, layerDecay = 1, ...rest }: Case): Prepared {
  const config = tinyModelConfig(family);
  const task = taskSpecSchema.parse(rest.task ?? { kind: 'masked-lm' });
  const head = headOf(task);
  const options = { head, labelCount: LABELS.length };
  return {
    config,
    task,
    method: methodSpecSchema.parse(rest.method ?? {}),
    model: createModel(config, options),
    parameters: initializeParameters(config, 5, options),
    steps: Array.from({ length: STEPS }, (_, step) =>
      Array.from({ length: accumulation }, (__, i) => {
        const size = { batchSize: 3 + i, length: 12 + 4 * (step % 2) };
        return targeted(randomBatch(config, 100 * step + i, size), task);
      }),
    ),
    layerDecay,
  };
}

/** The same texts with the targets that a task has. */
function targeted(batch: TrainingBatch, task: TaskSpec): TrainingBatch {
  if (task.kind === 'masked-lm') return batch;
  const width = LABELS.length;
  const classWeights = task.kind === 'regression' ? null : task.classWeights;
  const withLabels = (rows: TrainingBatch): TrainingBatch => {
    const labels = rows.labels.map((_, i) => BigInt((i * 7 + Number(batch.inputIds[3])) % width));
    const weights = rows.weights.map(
      (weight, i) => weight * (classWeights?.[Number(labels[i])] ?? 1),
    );
    return { ...rows, labels, weights };
  };
  if (task.kind === 'token-classification') return withLabels(batch);
  const rowCount = batch.batchSize;
  const rows: TrainingBatch = {
    ...batch,
    rowCount,
    positions: null,
    labels: new BigInt64Array(rowCount),
    weights: new Float32Array(rowCount).fill(1),
  };
  const values = new Float32Array(rowCount * width).map((_, i) => ((i * 5 + rowCount) % 4) / 4);
  if (task.kind === 'regression') return { ...rows, values };
  if (task.loss === 'crossEntropy') return withLabels(rows);
  if (task.loss === 'binaryCrossEntropy') {
    return { ...rows, values: values.map((value) => (value > 0.4 ? 1 : 0)) };
  }
  return {
    ...rows,
    values: values.map((value, i) => {
      const at = i - (i % width);
      const sum = values.slice(at, at + width).reduce((a, b) => a + b, 0);
      return value / sum;
    }),
  };
}

const rate = (step: number): number => 1e-3 * (1 - step / 40);

async function createEngine({ model, task, method, parameters, layerDecay }: Prepared) {
  return createTrainingEngine({
    model,
    parameters,
    losses: [lossOf(task)],
    method,
    optimizer: { ...testOptimizer, layerDecay },
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
    seed: 9,
  });
}

interface Result {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
}

async function runReferences(prepared: readonly Prepared[]): Promise<Result[]> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'masklab-training-'));
  try {
    const folders: string[] = [];
    for (const [i, test] of prepared.entries()) {
      const folder = path.join(root, String(i));
      mkdirSync(folder);
      await writeTask(folder, test);
      folders.push(folder);
    }
    const script = path.join(import.meta.dirname, 'reference.py');
    const { status, stderr } = spawnSync(python!, ['-B', script, ...folders], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return folders.map((folder) => {
      const result = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as Omit<
        Result,
        'parameters'
      >;
      const file = path.join(folder, 'parameters.safetensors');
      return { ...result, parameters: readSafetensors(readFileSync(file), file) };
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function writeTask(folder: string, test: Prepared): Promise<void> {
  const { model, config, task, method, parameters, steps, layerDecay } = test;
  const { names, adapters } = selectTrained(model, method);
  const specs = [
    ...model.parameters.filter(({ name }) => names.has(name)),
    ...adapters.flatMap(({ down, up }) => [down, up]),
  ];
  const top = model.layerCount + 1;
  const trained = Object.fromEntries(
    specs.map(({ name, kind, depth }) => {
      const decayed = kind === 'weight' || kind === 'embedding';
      return [name, { decayed, rateFactor: layerDecay ** (top - depth) }];
    }),
  );
  const numbers = (ids: BigInt64Array | null) => ids && Array.from(ids, Number);
  const engine = await createEngine(test);
  const weights = new Map([...parameters, ...(engine.adapters() ?? [])]);
  writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(weights));
  await engine.dispose();
  const json = {
    config,
    head: headOf(task),
    labelCount: LABELS.length,
    task,
    trained,
    adapters: adapters.map(({ weight, down, up, scale }) => {
      return { weight, scale, down: down.name, up: up.name };
    }),
    optimizer: testOptimizer,
    learningRates: steps.map((_, step) => rate(step)),
    steps: steps.map((batches) =>
      batches.map((batch) => ({
        ...batch,
        inputIds: numbers(batch.inputIds),
        attentionMask: numbers(batch.attentionMask),
        tokenTypeIds: numbers(batch.tokenTypeIds),
        positions: numbers(batch.positions),
        labels: numbers(batch.labels),
        values: batch.values && Array.from(batch.values),
        weights: Array.from(batch.weights),
      })),
    ),
  };
  writeFileSync(path.join(folder, 'task.json'), JSON.stringify(json));
}

/** Held-out loss is that of the logits and the bare labels, whatever training adds to it. */
async function expectPlainLoss(engine: TrainingEngine, { steps, task }: Prepared): Promise<void> {
  const batch = steps[0]![0]!;
  if (batch.values !== null || task.kind === 'regression') return;
  const { lossSum, count, logits } = await engine.evaluate(batch);
  let expected = 0;
  batch.weights.forEach((weight, row) => {
    const x = [...logits!.subarray(row * LABELS.length, (row + 1) * LABELS.length)];
    const normalizer = Math.log(x.reduce((sum, value) => sum + Math.exp(value), 0));
    expected += weight * (normalizer - x[Number(batch.labels[row])]!);
  });
  expect(lossSum / count).toBeCloseTo(expected / count, 5);
}

describe.skipIf(python === null)('20 steps of training against torch in float64', () => {
  const prepared = CASES.map(prepare);
  let references: Result[] = [];
  beforeAll(async () => {
    references = await runReferences(prepared);
  });

  it.each(CASES.map(({ name }, i) => ({ name, i })))('$name', async ({ i }) => {
    const test = prepared[i]!;
    const reference = references[i]!;
    const engine = await createEngine(test);
    const before = new Map([...engine.modelParameters()].map(([n, { data }]) => [n, data.slice()]));
    let worst = 0;
    for (const [step, batches] of test.steps.entries()) {
      const { loss, gradientNorm } = await engine.step(batches, rate(step));
      worst = Math.max(worst, Math.abs(loss - reference.losses[step]!));
      if (step === 0) expect(gradientNorm / reference.norms[0]!).toBeCloseTo(1, 5);
    }
    expect(worst).toBeLessThan(1e-5);
    if (test.task.kind !== 'masked-lm') await expectPlainLoss(engine, test);
    // What is trained has moved; what is not has stayed, to the last bit.
    const { names, adapters } = selectTrained(test.model, test.method);
    const changed = new Set([...names, ...adapters.map(({ weight }) => weight)]);
    for (const [name, { data }] of engine.modelParameters()) {
      const moved = data.some((value, at) => value !== before.get(name)![at]);
      if (changed.has(name) !== moved) throw new Error(`${name} ${moved ? 'moved' : 'stayed'}`);
    }
    await engine.dispose();
  });
});
