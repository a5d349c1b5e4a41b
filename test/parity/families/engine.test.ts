import { beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { methodSpecSchema } from '../../../src/core/runs/schema.js';
import { lossOf } from '../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer } from '../../support/bert.js';
import type { Family } from '../../support/families.js';
import { FAMILIES, tinyModelConfig } from '../../support/families.js';
import { testKernels } from '../../support/kernels.js';
import { findTorchPython } from '../../support/torch.js';
import type { Reference, ReferenceTask } from './reference.js';
import { runReferences } from './reference.js';

interface Case {
  readonly name: string;
  readonly family: Family;
  readonly changes?: Record<string, unknown>;
  readonly shape?: Parameters<typeof randomBatch>[2];
}

/** Enough rows for two micro-batches, and logits for two slices of the vocabulary. */
const PIECES = {
  changes: { vocab_size: 3001 },
  shape: { batchSize: 104, length: 40, rowCount: 200 },
};

const CASES: readonly Case[] = [
  ...FAMILIES.map((family) => ({ name: family, family })),
  { name: 'bert, no padding', family: 'bert', shape: { padded: false } },
  { name: 'bert, tanh gelu', family: 'bert', changes: { hidden_act: 'gelu_new' } },
  { name: 'bert, relu', family: 'bert', changes: { hidden_act: 'relu' } },
  { name: 'bert in pieces', family: 'bert', ...PIECES },
  {
    name: 'roberta in pieces',
    family: 'roberta',
    shape: PIECES.shape,
    changes: { vocab_size: 3001, max_position_embeddings: 42 },
  },
  { name: 'albert in pieces', family: 'albert', ...PIECES },
  { name: 'modernbert in pieces', family: 'modernbert', ...PIECES },
];

function prepare({ family, changes, shape }: Case): ReferenceTask {
  const config = tinyModelConfig(family, changes);
  return {
    config,
    head: 'masked-lm',
    labelCount: 2,
    parameters: initializeParameters({ ...config, initializer_range: 0.1 }, 11),
    batches: [randomBatch(config, 3, shape)],
    // With beta1 = 0 and no clipping the first moment is the gradient itself.
    optimizer: { ...testOptimizer, beta1: 0, maxGradientNorm: 1e30 },
    learningRates: [1e-3],
  };
}

const length = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

if (findTorchPython() === null) {
  console.warn('SKIPPED: the engine against torch, which needs python3-torch.');
}

describe.skipIf(findTorchPython() === null)('the engine against torch in float64', () => {
  const tasks = CASES.map(prepare);
  let references: Reference[] = [];
  beforeAll(() => {
    references = runReferences(tasks);
  });

  it.each(CASES)('has the gradients of the reference ($name)', async ({ name: test }) => {
    const index = CASES.findIndex(({ name }) => name === test);
    const [task, reference] = [tasks[index]!, references[index]!];
    const engine = await createTrainingEngine({
      model: createModel(task.config),
      parameters: task.parameters,
      losses: [lossOf({ kind: 'masked-lm' })],
      method: methodSpecSchema.parse({}),
      optimizer: task.optimizer,
      runtime: createOnnxRuntime(),
      kernels: await testKernels(),
      threads: 2,
    });
    const { loss, gradientNorm } = await engine.step(task.batches, 1e-3);
    expect(Math.abs(loss - reference.losses[0]!)).toBeLessThan(2e-6);
    const norm = Math.hypot(...[...reference.gradients.values()].map(length));
    expect(gradientNorm / norm).toBeCloseTo(1, 5);
    const worst = { name: '', distance: 0 };
    for (const [name, gradient] of engine.optimizerState().arrays.get('firstMoments')!) {
      // The true gradient of a key bias is 0: a shift of all scores changes no softmax.
      if (/(key|k_lin)\.bias$/.test(name)) continue;
      const expected = reference.gradients.get(name)!;
      const distance = length(gradient.map((v, i) => v - expected[i]!)) / length(expected);
      if (distance > worst.distance) Object.assign(worst, { name, distance });
    }
    await engine.dispose();
    console.log(`worst gradient ${worst.name}: relative L2 ${worst.distance.toExponential(1)}`);
    expect(worst.distance).toBeLessThan(5e-6);
  });
});
