import { expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { createModel } from '../../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import { methodSpecSchema, type TaskSpec } from '../../../../src/core/runs/schema.js';
import { lossesOf } from '../../../../src/core/train/debias/debiasLosses.js';
import { predictedTargets } from '../../../../src/core/train/engine/predictedTargets.js';
import { createTrainingEngine } from '../../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../../support/bert.js';
import { testKernels } from '../../../support/kernels.js';

const OPTIONS = { head: 'sequence', labelCount: 3 } as const;
const LABELS: TaskSpec = {
  ...{ kind: 'classification', labels: ['a', 'b', 'c'], multiLabel: false },
  ...{ loss: 'crossEntropy', labelSmoothing: 0, classWeights: null },
};
const DEBIAS = { kind: 'consistency', weight: 0.5, words: null, model: null } as const;

const rows = (seed: number, rest: Partial<TrainingBatch> = {}): TrainingBatch => ({
  ...randomBatch(tinyBert, seed),
  ...{ rowCount: 3, positions: null, labels: BigInt64Array.of(0n, 2n, 1n) },
  weights: Float32Array.of(1, 1, 1),
  ...rest,
});

it('are what the model predicts before the step, without dropout, and give no gradient', async () => {
  const losses = lossesOf({ task: LABELS, debias: DEBIAS });
  const engine = await createTrainingEngine({
    model: createModel({ ...tinyBert, hidden_dropout_prob: 0.3 }, OPTIONS),
    losses,
    parameters: initializeParameters(tinyBert, 3, OPTIONS),
    method: methodSpecSchema.parse({}),
    optimizer: testOptimizer,
    dropout: true,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  try {
    const teacher = rows(5);
    const student = rows(6, { loss: 'consistency', values: new Float32Array(9), teacher });
    const batches = [rows(4), student];
    const [first, second] = await predictedTargets(engine, batches, losses);
    expect(first).toEqual(batches[0]);
    expect(second).not.toHaveProperty('teacher');
    const logits = await engine.logits(teacher);
    for (let row = 0; row < 3; row++) {
      const own = Array.from(logits.subarray(3 * row, 3 * row + 3), Math.exp);
      const sum = own.reduce((a, b) => a + b, 0);
      own.forEach((value, i) => {
        expect(second!.values![3 * row + i]).toBeCloseTo(value / sum, 6);
      });
    }
    // A student that is its own teacher has no loss, if dropout leaves it alone.
    const same = { ...teacher, loss: 'consistency', values: new Float32Array(9), teacher };
    const [resolved] = await predictedTargets(engine, [same], losses);
    const { lossSum } = await engine.evaluate(resolved!);
    expect(Math.abs(lossSum)).toBeLessThan(1e-5);
    // Plain steps are passed on as they are.
    const plain = [rows(4)];
    expect(await predictedTargets(engine, plain, losses)).toBe(plain);
  } finally {
    await engine.dispose();
  }
});

it('are numbers of a regression as they are', async () => {
  const task: TaskSpec = { kind: 'regression', outputs: ['x'] };
  const losses = lossesOf({ task, debias: DEBIAS });
  const logits = Float32Array.of(0.5, -2, 7);
  const engine = { logits: () => Promise.resolve(logits) };
  const student = rows(6, { loss: 'consistency', values: new Float32Array(3), teacher: rows(5) });
  const [resolved] = await predictedTargets(engine, [student], losses);
  expect(resolved!.values).toEqual(logits);
});
