import { afterEach, describe, expect, it } from 'vitest';
import { createModel } from '../../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import { methodSpecSchema } from '../../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { TrainingEngine } from '../../../../src/core/train/engine/engine.js';
import {
  findLearningRate,
  suggestPeak,
  type LearningRatePoint,
} from '../../../../src/core/train/estimate/learningRateFinder.js';
import { lossOf } from '../../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../../support/bert.js';
import { testKernels } from '../../../support/kernels.js';

const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

async function createEngine(): Promise<TrainingEngine> {
  const engine = await createTrainingEngine({
    model: createModel(tinyBert),
    parameters: initializeParameters(tinyBert, 3),
    losses: [lossOf({ kind: 'masked-lm' })],
    method: methodSpecSchema.parse({}),
    optimizer: testOptimizer,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  engines.push(engine);
  return engine;
}

const batches = [randomBatch(tinyBert, 71), randomBatch(tinyBert, 72)];
const trainBatches = (step: number) => [batches[step % 2]!];

async function lossAfter(engine: TrainingEngine, learningRate: number): Promise<number> {
  let loss = NaN;
  for (let step = 0; step < 30; step++) {
    ({ loss } = await engine.step(trainBatches(step), learningRate));
  }
  return loss;
}

const curve = (losses: readonly number[]): LearningRatePoint[] =>
  losses.map((smoothedLoss, i) => ({ learningRate: 10 ** (i - 6), loss: 0, smoothedLoss }));

describe('the learning-rate finder', () => {
  it('leaves the engine as it was, to the last bit', async () => {
    const [swept, plain] = [await createEngine(), await createEngine()];
    for (const engine of [swept, plain]) await engine.step(trainBatches(0), 1e-3);
    const { points } = await findLearningRate({ engine: swept, trainBatches, steps: 40 });
    expect(points.length).toBeGreaterThan(20);
    expect(swept.optimizerState().step).toBe(1);
    for (let step = 1; step < 4; step++) {
      const after = await swept.step(trainBatches(step), 1e-3);
      expect(after).toEqual(await plain.step(trainBatches(step), 1e-3));
    }
  });

  it('raises the rate by one factor, and stops where the loss blows up', async () => {
    const engine = await createEngine();
    const { points } = await findLearningRate({ engine, trainBatches, highest: 1e4, steps: 60 });
    expect(points.length).toBeLessThan(60);
    const ratio = (1e4 / 1e-7) ** (1 / 59);
    expect(points[0]!.learningRate).toBe(1e-7);
    expect(points[7]!.learningRate / points[6]!.learningRate).toBeCloseTo(ratio, 10);
    // At first nothing is learned: the mean loss of all batches.
    const { lossSum: first, count } = await engine.evaluate(batches[0]!);
    const { lossSum: second } = await engine.evaluate(batches[1]!);
    expect(points[0]!.smoothedLoss).toBeCloseTo((first + second) / 2 / count, 5);
  });

  it('suggests a rate that trains, and none that is far off', async () => {
    const engine = await createEngine();
    const { suggestion } = await findLearningRate({ engine, trainBatches });
    const suggested = await lossAfter(engine, suggestion!);
    expect(suggested).toBeLessThan(await lossAfter(await createEngine(), suggestion! / 30));
    expect(suggested).toBeLessThan(await lossAfter(await createEngine(), suggestion! * 300));
  });

  it('ends where it is told to, with the engine as it was', async () => {
    const engine = await createEngine();
    let heard = 0;
    const { points } = await findLearningRate({
      engine,
      trainBatches,
      onPoint: () => ++heard < 3,
    });
    expect(points.length).toBe(3);
    expect(engine.optimizerState().step).toBe(0);
  });

  it('sees a small fall through large differences between batches', async () => {
    // A hundredth of the loss is learned at rates about 1e-3, lost again above.
    const learned = (rate: number): number => (rate > 1e-4 ? (rate < 1e-2 ? 0.05 : -1) : 0);
    let rate = 0;
    const hardness = (batch: TrainingBatch): number => 5 + Math.sin(7 * batch.batchSize);
    const engine = {
      step: ([batch]: readonly TrainingBatch[], learningRate: number) => {
        rate = learningRate;
        return Promise.resolve({ loss: hardness(batch!) - learned(rate), gradientNorm: 1 });
      },
      evaluate: (batch: TrainingBatch) =>
        Promise.resolve({ lossSum: 3 * hardness(batch), correct: 0, count: 3, logits: null }),
      optimizerState: () => ({ step: 0, arrays: new Map() }),
      trainedParameters: () => new Map(),
      restore: () => undefined,
    } as unknown as TrainingEngine;
    const { suggestion } = await findLearningRate({
      engine,
      trainBatches: (step) => [{ batchSize: step } as TrainingBatch],
    });
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(1e-2 / 3);
  });

  it('takes a third of the rate at which the loss is lowest', () => {
    expect(suggestPeak(curve([5, 5.05, 4.99, 4, 4.1, 3, 2, 2.5, 9]))).toBe(0.33);
  });

  it('suggests nothing where the loss never falls by more than noise', () => {
    expect(suggestPeak(curve([5, 4.999, 4.995, 5.2, 6]))).toBeNull();
    expect(suggestPeak([])).toBeNull();
  });
});
