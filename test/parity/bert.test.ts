import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BertConfig } from '../../src/core/models/bertConfig.js';
import type { ParameterTensor } from '../../src/core/models/model.js';
import { createBertModel } from '../../src/core/models/bert.js';
import { initializeParameters } from '../../src/core/models/initialize.js';
import { readSafetensors, writeSafetensors } from '../../src/core/models/safetensors.js';
import { methodSpecSchema, type OptimizerSpec } from '../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../src/core/train/batch.js';
import type { TrainingEngine } from '../../src/core/train/engine.js';
import { createTrainingEngine } from '../../src/core/train/trainingEngine.js';
import { createOnnxRuntime } from '../../src/node/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../support/bert.js';
import { testKernels } from '../support/kernels.js';
import { findTorchPython } from '../support/torch.js';

const python = findTorchPython();

interface Reference {
  readonly losses: number[];
  readonly norms: number[];
  readonly gradients: Map<string, ParameterTensor>;
}

interface Task {
  readonly config: BertConfig;
  readonly parameters: Map<string, ParameterTensor>;
  readonly batches: TrainingBatch[];
  readonly optimizer: OptimizerSpec;
  readonly learningRates: number[];
}

function runTorch(task: Task): Reference {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-parity-'));
  try {
    const batches = task.batches.map((batch) => ({
      ...batch,
      inputIds: Array.from(batch.inputIds, Number),
      attentionMask: Array.from(batch.attentionMask, Number),
      positions: Array.from(batch.positions!, Number),
      labels: Array.from(batch.labels, Number),
      weights: Array.from(batch.weights),
    }));
    const { config, optimizer, learningRates } = task;
    const json = { config, optimizer, learningRates, batches, dtype: 'float64' };
    writeFileSync(path.join(folder, 'task.json'), JSON.stringify(json));
    writeFileSync(path.join(folder, 'model.safetensors'), writeSafetensors(task.parameters));
    const script = path.join(import.meta.dirname, 'bert_reference.py');
    const { status, stderr } = spawnSync(python!, [script, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const result = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as Reference;
    const file = path.join(folder, 'gradients.safetensors');
    return { ...result, gradients: readSafetensors(readFileSync(file), file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function createEngine(task: Task): Promise<TrainingEngine> {
  return createTrainingEngine({
    model: createBertModel(task.config),
    parameters: task.parameters,
    task: { kind: 'masked-lm' },
    method: methodSpecSchema.parse({}),
    optimizer: task.optimizer,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
}

function relativeDistance(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    size += expected[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

interface Case {
  readonly name: string;
  readonly config: BertConfig;
  readonly padded: boolean;
  readonly shape?: { batchSize: number; length: number; rowCount: number };
}

const CASES: readonly Case[] = [
  { name: 'gelu, padded', config: tinyBert, padded: true },
  { name: 'gelu, no padding', config: tinyBert, padded: false },
  { name: 'tanh gelu', config: { ...tinyBert, hidden_act: 'gelu_new' }, padded: true },
  {
    // Enough rows for two micro-batches, and logits for two slices of the vocabulary.
    name: 'in pieces',
    config: { ...tinyBert, vocab_size: 3001 },
    padded: true,
    shape: { batchSize: 104, length: 40, rowCount: 200 },
  },
  { name: 'relu', config: { ...tinyBert, hidden_act: 'relu' }, padded: true },
];

describe.skipIf(python === null)('BERT against PyTorch in float64', () => {
  it.each(CASES)(
    'has the gradients of the reference ($name)',
    async ({ config, padded, shape }) => {
      const task: Task = {
        config,
        parameters: initializeParameters({ ...config, initializer_range: 0.1 }, 11),
        batches: [randomBatch(config, 3, { padded, ...shape })],
        // With beta1 = 0 and no clipping the first moment is the gradient itself.
        optimizer: { ...testOptimizer, beta1: 0, maxGradientNorm: 1e30 },
        learningRates: [1e-3],
      };
      const reference = runTorch(task);
      const engine = await createEngine(task);
      const { loss, gradientNorm } = await engine.step([task.batches[0]!], 1e-3);
      expect(Math.abs(loss - reference.losses[0]!)).toBeLessThan(2e-6);
      expect(gradientNorm / reference.norms[0]!).toBeCloseTo(1, 5);
      const worst = { name: '', distance: 0 };
      for (const [name, gradient] of engine.optimizerState().arrays.get('firstMoments')!) {
        // The true gradient of a key bias is 0: a shift of all scores changes no softmax.
        if (name.endsWith('key.bias')) continue;
        const distance = relativeDistance(gradient, reference.gradients.get(name)!.data);
        if (distance > worst.distance) Object.assign(worst, { name, distance });
      }
      console.log(`worst gradient: ${worst.name}, relative L2 ${worst.distance.toExponential(2)}`);
      expect(worst.distance).toBeLessThan(5e-6);
      await engine.dispose();
    },
  );

  it('follows the same losses for 20 steps of AdamW', async () => {
    const task: Task = {
      config: tinyBert,
      parameters: initializeParameters(tinyBert, 5),
      batches: Array.from({ length: 20 }, (_, i) => randomBatch(tinyBert, 100 + i)),
      optimizer: testOptimizer,
      learningRates: Array.from({ length: 20 }, (_, i) => 1e-3 * Math.min(1, (i + 1) / 5)),
    };
    const reference = runTorch(task);
    const engine = await createEngine(task);
    const differences: number[] = [];
    for (const [i, batch] of task.batches.entries()) {
      const { loss } = await engine.step([batch], task.learningRates[i]!);
      differences.push(Math.abs(loss - reference.losses[i]!));
    }
    console.log(`largest loss difference: ${Math.max(...differences).toExponential(2)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    await engine.dispose();
  });
});
