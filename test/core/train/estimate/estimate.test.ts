import { describe, expect, it } from 'vitest';
import { createModel } from '../../../../src/core/models/createModel.js';
import type { Runtime } from '../../../../src/core/ports.js';
import {
  methodSpecSchema,
  optimizerSpecSchema,
  taskSpecSchema,
} from '../../../../src/core/runs/schema.js';
import { lossesOf } from '../../../../src/core/train/debias/debiasLosses.js';
import {
  calibrate,
  memoryOf,
  pickBatchSize,
  secondsOf,
  stepCostOf,
  type TrainingSetup,
} from '../../../../src/core/train/estimate/estimate.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { testOptimizer, tinyBert } from '../../../support/bert.js';

const setup: TrainingSetup = {
  model: createModel({ ...tinyBert, max_position_embeddings: 128 }),
  task: { kind: 'masked-lm' },
  method: methodSpecSchema.parse({}),
  optimizer: testOptimizer,
  dropout: false,
  recompute: false,
  batchSize: 16,
  accumulation: 1,
  length: 64,
  maskingRate: 0.15,
};
const parameterCount = setup.model.parameters.reduce(
  (sum, { dims }) => sum + dims.reduce((a, b) => a * b, 1),
  0,
);
const lora = methodSpecSchema.parse({
  kind: 'lora',
  lora: { rank: 2, alpha: 4, targets: ['query'] },
});
const totalOf = async (changes: Partial<TrainingSetup>): Promise<number> =>
  memoryOf(await stepCostOf({ ...setup, ...changes })).total;

describe('the cost of a step', () => {
  it('counts parameters, gradients and optimizer state', async () => {
    const full = await stepCostOf(setup);
    expect(full).toMatchObject({
      parameterCount,
      trainedCount: parameterCount,
      stateCount: 2 * parameterCount,
      batches: 1,
    });
    expect(memoryOf(full).training).toBe(4 * 4 * parameterCount);
    const sgd = { ...testOptimizer, name: 'sgd', momentum: 0 };
    const plain = await stepCostOf({ ...setup, optimizer: optimizerSpecSchema.parse(sgd) });
    expect(plain.stateCount).toBe(0);
  });

  it('counts a second head: its parameters, its memory and its work', async () => {
    const task = taskSpecSchema.parse({
      ...{ kind: 'classification', labels: ['a', 'b'], loss: 'crossEntropy' },
    });
    const config = { ...tinyBert, max_position_embeddings: 128, vocab_size: 4000 };
    const further = [{ name: 'masked-lm', kind: 'masked-lm' as const }];
    const heads = { head: 'sequence', labelCount: 2 } as const;
    const debias = { kind: 'masker', weight: 0.03, words: null, model: null } as const;
    const one = { ...setup, task, model: createModel(config, heads) };
    const two = {
      ...{ ...setup, task, model: createModel(config, { ...heads, further }) },
      losses: lossesOf({ task, debias }),
    };
    const [plain, masker] = [await stepCostOf(one), await stepCostOf(two)];
    expect([...plain.furtherWork]).toEqual([]);
    expect([...masker.furtherWork.keys()]).toEqual(['reconstruction']);
    expect(masker.furtherWork.get('reconstruction')!).toBeGreaterThan(1);
    expect(masker.parameterCount).toBeGreaterThan(plain.parameterCount);
    expect(memoryOf(masker).activations).toBeGreaterThan(memoryOf(plain).activations);
    const consistency = lossesOf({ task, debias: { ...debias, kind: 'consistency' } });
    expect(await stepCostOf({ ...one, losses: consistency })).toMatchObject({
      parameterCount: plain.parameterCount,
      furtherWork: new Map(),
    });
  });

  it('counts only what adapters train', async () => {
    const cost = await stepCostOf({ ...setup, method: lora });
    const adapters = 2 * 2 * (2 * 32);
    expect(cost.trainedCount).toBe(adapters);
    expect(cost.parameterCount).toBe(parameterCount + adapters);
    expect(memoryOf(cost).training).toBe(4 * (parameterCount + 4 * adapters));
    expect(cost.graph.products.total).toBeLessThan((await stepCostOf(setup)).graph.products.total);
  });

  it('needs a place for the sum of several gradients', async () => {
    const [one, two] = [await stepCostOf(setup), await stepCostOf({ ...setup, accumulation: 2 })];
    expect(memoryOf(two).training - memoryOf(one).training).toBe(4 * parameterCount);
    const rates = { flopsPerSecond: 1e9, bytesPerSecond: 1e9 };
    expect(secondsOf(two, rates) / secondsOf(one, rates)).toBeGreaterThan(1.5);
  });

  it('grows with the batch, the length and dropout, and shrinks with recomputation', async () => {
    const activations = async (changes: Partial<TrainingSetup>): Promise<number> =>
      (await stepCostOf({ ...setup, ...changes })).graph.activationBytes;
    const usual = await activations({});
    expect(await activations({ batchSize: 32 })).toBeGreaterThan(1.5 * usual);
    expect(await activations({ length: 128 })).toBeGreaterThan(1.5 * usual);
    expect(await activations({ dropout: true })).toBeGreaterThan(1.1 * usual);
    expect(await activations({ recompute: true })).toBeLessThan(0.9 * usual);
  });
});

describe('calibration', () => {
  it('divides the work of the timed nodes by what they took', async () => {
    const { graph } = await stepCostOf(setup);
    let time = 0;
    const runtime: Runtime = {
      createSession: () =>
        Promise.resolve({
          inputNames: [],
          outputNames: [],
          run: () => {
            time += 0.5;
            return Promise.resolve({});
          },
          release: () => Promise.resolve(),
        }),
    };
    const rates = await calibrate(graph, { runtime, threads: 1, seconds: () => time });
    const timed = graph.products.groups.slice(0, 10);
    const work = timed.reduce((sum, { count, work }) => sum + count * work, 0);
    const nodes = timed.reduce((sum, { count }) => sum + count, 0);
    expect(rates.flopsPerSecond).toBeCloseTo(work / (nodes * 0.5), 3);
    const seconds = secondsOf({ ...(await stepCostOf(setup)) }, rates);
    expect(seconds).toBeGreaterThan(graph.products.total / rates.flopsPerSecond);
  });

  it('runs on ONNX Runtime: products and passes of a real graph, at plausible speeds', async () => {
    const { graph } = await stepCostOf(setup);
    const { flopsPerSecond, bytesPerSecond } = await calibrate(graph, {
      runtime: createOnnxRuntime(),
      threads: 1,
      seconds: () => performance.now() / 1000,
    });
    expect(flopsPerSecond).toBeGreaterThan(1e8);
    expect(flopsPerSecond).toBeLessThan(1e13);
    expect(bytesPerSecond).toBeGreaterThan(1e7);
    expect(bytesPerSecond).toBeLessThan(1e13);
  });
});

describe('pickBatchSize', () => {
  it('keeps a batch that fits', async () => {
    const picked = await pickBatchSize(setup, 1e12);
    expect(picked).toMatchObject({ batchSize: 16, accumulation: 1, recompute: false });
    expect(picked.memory.total).toBe(await totalOf({}));
  });

  it('takes the largest that fits, with as many sequences a step', async () => {
    const limit = (await totalOf({ batchSize: 8, accumulation: 6 })) + 1;
    const wanted = { ...setup, batchSize: 24, accumulation: 2 };
    const picked = await pickBatchSize(wanted, limit);
    expect(picked).toMatchObject({ batchSize: 8, accumulation: 6, recompute: false });
    expect(picked.memory.total).toBeLessThanOrEqual(limit);
    expect((await pickBatchSize(wanted, limit - 2)).batchSize).toBe(6);
  });

  it('gathers the batches of a step in one where there is room', async () => {
    const picked = await pickBatchSize({ ...setup, batchSize: 4, accumulation: 4 }, 1e12);
    expect(picked).toMatchObject({ batchSize: 16, accumulation: 1 });
  });

  it('takes above 8 multiples of 8 alone, but for a whole step', async () => {
    const whole = await totalOf({ batchSize: 36 });
    const wide = { ...setup, batchSize: 36 };
    expect((await pickBatchSize(wide, whole)).batchSize).toBe(36);
    expect((await pickBatchSize(wide, whole - 1)).batchSize).toBe(6);
  });

  it('recomputes activations where not even one sequence fits', async () => {
    const limit = (await totalOf({ batchSize: 1, accumulation: 16 })) - 1;
    const picked = await pickBatchSize(setup, limit);
    expect(picked.recompute).toBe(true);
    expect(picked.memory.total).toBeLessThanOrEqual(limit);
  });

  it('says how much is needed where nothing fits', async () => {
    await expect(pickBatchSize(setup, 1e6)).rejects.toThrow(/even with one sequence per batch/);
  });
});
