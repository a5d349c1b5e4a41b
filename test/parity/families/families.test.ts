import { beforeAll, describe, expect, it } from 'vitest';
import type { BuiltModel } from '../../../src/core/models/builtModel.js';
import type { ModelConfig } from '../../../src/core/models/createModel.js';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import type { HeadKind, ParameterTensor } from '../../../src/core/models/model.js';
import { normalStream, randomStream } from '../../../src/core/random.js';
import { methodSpecSchema, taskSpecSchema } from '../../../src/core/runs/schema.js';
import type { TaskSpec } from '../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../src/core/batches/batch.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer } from '../../support/bert.js';
import type { Family } from '../../support/families.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { build, lossAndGradients } from '../../support/modelGradients.js';
import { testKernels } from '../../support/kernels.js';
import { findTorchPython } from '../../support/torch.js';
import type { Reference, ReferenceTask } from './reference.js';
import { runReferences } from './reference.js';

const LABELS = 3;

/** Weights far from those of a new model, so that every parameter matters. */
function randomParameters(
  config: ModelConfig,
  head: HeadKind,
  seed: number,
): Map<string, ParameterTensor> {
  const normal = normalStream(randomStream('parity', seed));
  const parameters = initializeParameters(config, seed, { head, labelCount: LABELS });
  for (const { dims, data } of parameters.values()) {
    const isScale = dims.length === 1 && data[0] === 1;
    for (let i = 0; i < data.length; i++) data[i] = (isScale ? 1 : 0) + 0.1 * normal();
  }
  return parameters;
}

function withTypes(batch: TrainingBatch): TrainingBatch {
  const tokenTypeIds = batch.inputIds.map((_, i) => BigInt(i % batch.length > 6 ? 1 : 0));
  return { ...batch, tokenTypeIds };
}

/** The same texts with a label for each sequence, or for each of some tokens. */
function labelled(batch: TrainingBatch, head: HeadKind): TrainingBatch {
  if (head === 'masked-lm') return batch;
  const label = (_: unknown, i: number): bigint => BigInt(i % LABELS);
  if (head === 'token') return { ...batch, labels: batch.labels.map(label) };
  const rowCount = batch.batchSize;
  const labels = new BigInt64Array(rowCount).map(label);
  return {
    ...batch,
    rowCount,
    positions: null,
    labels,
    weights: new Float32Array(rowCount).fill(1),
  };
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

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);

interface Case {
  readonly name: string;
  readonly family: Family;
  readonly head: HeadKind;
  readonly changes?: Record<string, unknown>;
  readonly padded?: boolean;
  readonly types?: boolean;
  readonly microBatches?: number;
}

const HEADS: readonly HeadKind[] = ['masked-lm', 'sequence', 'token'];

const CASES: readonly Case[] = [
  ...FAMILIES.flatMap((family) =>
    HEADS.map((head) => ({ name: `${family}, ${head}`, family, head })),
  ),
  { name: 'bert with types', family: 'bert', head: 'sequence', types: true },
  {
    name: 'bert untied',
    family: 'bert',
    head: 'masked-lm',
    changes: { tie_word_embeddings: false },
  },
  {
    name: 'bert without types',
    family: 'bert',
    head: 'masked-lm',
    changes: { type_vocab_size: 0 },
  },
  { name: 'bert, no padding', family: 'bert', head: 'sequence', padded: false },
  { name: 'bert in pieces', family: 'bert', head: 'sequence', microBatches: 3 },
  {
    name: 'xlm-roberta',
    family: 'roberta',
    head: 'masked-lm',
    changes: { model_type: 'xlm-roberta', hidden_act: 'gelu_new', tie_word_embeddings: false },
  },
  { name: 'roberta, silu', family: 'roberta', head: 'token', changes: { hidden_act: 'silu' } },
  {
    name: 'distilbert, relu',
    family: 'distilbert',
    head: 'masked-lm',
    changes: { activation: 'relu' },
  },
  {
    name: 'albert with groups of two layers',
    family: 'albert',
    head: 'masked-lm',
    changes: { num_hidden_layers: 4, num_hidden_groups: 2, inner_group_num: 2, hidden_act: 'gelu' },
  },
  {
    name: 'electra, one size',
    family: 'electra',
    head: 'masked-lm',
    changes: { embedding_size: 32 },
  },
  {
    name: 'modernbert with biases, in pieces',
    family: 'modernbert',
    head: 'masked-lm',
    microBatches: 3,
    changes: {
      norm_bias: true,
      attention_bias: true,
      mlp_bias: true,
      classifier_bias: true,
      tie_word_embeddings: false,
    },
  },
  {
    name: 'modernbert, mean of the tokens',
    family: 'modernbert',
    head: 'sequence',
    changes: { classifier_pooling: 'mean', hidden_activation: 'gelu_pytorch_tanh' },
  },
  {
    name: 'modernbert, mean without padding',
    family: 'modernbert',
    head: 'sequence',
    padded: false,
    changes: { classifier_pooling: 'mean' },
  },
];

/** Cases that the engine trains for 20 steps. */
const TRAINED: readonly Case[] = [
  ...FAMILIES.map((family) => ({ name: `${family}, masked-lm`, family, head: HEADS[0]! })),
  ...(['bert', 'roberta', 'distilbert', 'modernbert'] as const).flatMap((family) =>
    (['sequence', 'token'] as const).map((head) => ({ name: `${family}, ${head}`, family, head })),
  ),
];
const STEPS = 20;

interface Prepared {
  readonly model: BuiltModel;
  readonly task: ReferenceTask;
}

function prepare({ family, head, changes, padded = true, types = false }: Case): Prepared {
  const config = tinyModelConfig(family, changes);
  const batch = labelled(randomBatch(config, 3, { padded }), head);
  const task: ReferenceTask = {
    config,
    head,
    labelCount: LABELS,
    parameters: randomParameters(config, head, 11),
    batches: [types ? withTypes(batch) : batch],
    optimizer: { ...testOptimizer, maxGradientNorm: 1e30 },
    learningRates: [1e-3],
  };
  return { task, model: createModel(config, { head, labelCount: LABELS }) };
}

/** A gradient without what is truly 0: a shift of all scores, as key biases are, changes no softmax. */
function withoutKeyBias(name: string, gradient: Float32Array): Float32Array {
  const third = gradient.length / 3;
  if (!name.endsWith('Wqkv.bias')) return gradient;
  return gradient.filter((_, i) => i < third || i >= 2 * third);
}

/** A training run: one batch per step, with warmup. */
function prepareRun(test: Case): Prepared {
  const { model, task } = prepare(test);
  const { config, head } = task;
  const steps = Array.from({ length: STEPS }, (_, i) => i);
  return {
    model,
    task: {
      ...task,
      batches: steps.map((i) => labelled(randomBatch(config, 100 + i), head)),
      optimizer: testOptimizer,
      learningRates: steps.map((i) => 1e-3 * Math.min(1, (i + 1) / 5)),
    },
  };
}

const LABEL_NAMES = Array.from({ length: LABELS }, (_, i) => `label ${i}`);
const TASKS: Readonly<Record<HeadKind, TaskSpec>> = {
  'masked-lm': { kind: 'masked-lm' },
  sequence: taskSpecSchema.parse({
    kind: 'classification',
    labels: LABEL_NAMES,
    loss: 'crossEntropy',
  }),
  token: taskSpecSchema.parse({ kind: 'token-classification', labels: LABEL_NAMES }),
};

if (findTorchPython() === null) {
  console.warn('SKIPPED: built families against torch, which needs python3-torch.');
}

describe.skipIf(findTorchPython() === null)('built families against torch in float64', () => {
  const prepared = new Map(CASES.map((test) => [test.name, prepare(test)]));
  const runs = new Map(TRAINED.map((test) => [test.name, prepareRun(test)]));
  let references = new Map<string, Reference>();
  let runReferencesByName = new Map<string, Reference>();
  beforeAll(() => {
    const all = [...prepared.values(), ...runs.values()];
    const results = runReferences(all.map(({ task }) => task));
    const named = (names: Iterable<string>, first: number): Map<string, Reference> =>
      new Map([...names].map((name, i) => [name, results[first + i]!]));
    references = named(prepared.keys(), 0);
    runReferencesByName = named(runs.keys(), prepared.size);
  });

  it.each(CASES)(
    '$name: logits, loss, gradients, dropout',
    async ({ name: test, microBatches = 1 }) => {
      const { model, task } = prepared.get(test)!;
      const batch = task.batches[0]!;
      const reference = references.get(test)!;
      const computed = await lossAndGradients(model, task.parameters, batch, {
        microBatches,
        padded: batch.attentionMask.includes(0n),
      });
      const { loss, logits, gradients } = computed;
      expect(logits).toHaveLength(reference.logits.length);
      const difference = largestDifference(logits, reference.logits);
      expect(difference).toBeLessThan(1e-5);
      expect(Math.abs(loss - reference.losses[0]!)).toBeLessThan(2e-6);

      const worst = { name: '', distance: 0 };
      expect([...gradients.keys()].sort()).toEqual([...reference.gradients.keys()].sort());
      for (const [name, gradient] of gradients) {
        if (/(key|k_lin)\.bias$/.test(name)) continue;
        const distance = relativeDistance(
          withoutKeyBias(name, gradient),
          withoutKeyBias(name, reference.gradients.get(name)!),
        );
        if (distance > worst.distance) Object.assign(worst, { name, distance });
      }
      console.log(
        `logits ${difference.toExponential(1)}, worst gradient ${worst.name}: relative L2 ${worst.distance.toExponential(1)}`,
      );
      expect(worst.distance).toBeLessThan(5e-6);

      const rates: number[] = [];
      const dropout = (x: string, rate: number): string => {
        rates.push(rate);
        return x;
      };
      await build(model, task.parameters, batch, { dropout });
      expect(rates).toEqual(reference.rates);
    },
  );

  it.each(TRAINED)('$name: the losses of 20 steps of AdamW', async ({ name }) => {
    const { model, task } = runs.get(name)!;
    const { losses } = runReferencesByName.get(name)!;
    const engine = await createTrainingEngine({
      model,
      parameters: task.parameters,
      losses: [lossOf(TASKS[task.head])],
      method: methodSpecSchema.parse({}),
      optimizer: task.optimizer,
      runtime: createOnnxRuntime(),
      kernels: await testKernels(),
      threads: 1,
    });
    let largest = 0;
    for (const [i, batch] of task.batches.entries()) {
      const { loss } = await engine.step([batch], task.learningRates[i]!);
      largest = Math.max(largest, Math.abs(loss - losses[i]!));
    }
    await engine.dispose();
    console.log(
      `largest difference ${largest.toExponential(1)}, last loss ${losses.at(-1)!.toFixed(2)}`,
    );
    expect(largest).toBeLessThan(1e-5);
  });
});
