import { afterEach, describe, expect, it } from 'vitest';
import { createModel } from '../../../../src/core/models/createModel.js';
import type { HeadOptions } from '../../../../src/core/models/encoder/head.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import { methodSpecSchema } from '../../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { TrainingEngine } from '../../../../src/core/train/engine/engine.js';
import type { LossTerm, LossTerms } from '../../../../src/core/batches/losses.js';
import { createTrainingEngine } from '../../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../../support/bert.js';
import { testKernels } from '../../../support/kernels.js';

const term = (name: string, rest: Partial<LossTerm> = {}): LossTerm => {
  return {
    ...{ name, kind: 'crossEntropy', weight: 1, labelSmoothing: 0, classWeights: null },
    ...rest,
  };
};

const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

async function createEngine(
  losses: LossTerms = [term('topic')],
  options: HeadOptions = { head: 'sequence', labelCount: 3 },
): Promise<TrainingEngine> {
  const engine = await createTrainingEngine({
    model: createModel(tinyBert, options),
    losses,
    parameters: initializeParameters(tinyBert, 3, options),
    method: methodSpecSchema.parse({}),
    optimizer: testOptimizer,
    runtime: createOnnxRuntime(),
    kernels: await testKernels(),
    threads: 2,
  });
  engines.push(engine);
  return engine;
}

/** Three labelled texts. */
const batch: TrainingBatch = {
  ...randomBatch(tinyBert, 4),
  rowCount: 3,
  positions: null,
  labels: BigInt64Array.of(0n, 2n, 1n),
  weights: Float32Array.of(1, 1, 1),
};

const stepOf = async (batches: readonly TrainingBatch[], losses?: LossTerms) =>
  (await createEngine(losses)).step(batches, 1e-3);

describe('weights of examples', () => {
  it('change nothing where they are equal, to the last bit where they are 1', async () => {
    const plain = await stepOf([batch]);
    const ones = { ...batch, exampleWeights: Float32Array.of(1, 1, 1) };
    expect(await stepOf([ones])).toEqual(plain);
    const twos = await stepOf([{ ...batch, exampleWeights: Float32Array.of(2, 2, 2) }]);
    expect(twos.loss).toBeCloseTo(plain.loss, 6);
    expect(twos.gradientNorm).toBeCloseTo(plain.gradientNorm, 5);
  });

  it('of 0 leave an example out', async () => {
    const weighted = { ...batch, exampleWeights: Float32Array.of(1, 0, 3) };
    const other = { ...weighted, labels: BigInt64Array.of(0n, 0n, 1n) };
    expect(await stepOf([weighted])).toEqual(await stepOf([other]));
  });

  it('count an example as often as they say, in evaluations as well', async () => {
    const weighted = { ...batch, exampleWeights: Float32Array.of(2, 1, 0) };
    const engine = await createEngine();
    const { count, lossSum, correct } = await engine.evaluate(weighted);
    const alone = await Promise.all(
      [0, 1].map((row) =>
        engine.evaluate({ ...batch, weights: batch.weights.map((_, i) => Number(i === row)) }),
      ),
    );
    expect(count).toBe(3);
    expect(lossSum).toBeCloseTo(2 * alone[0]!.lossSum + alone[1]!.lossSum, 5);
    expect(correct).toBe(2 * alone[0]!.correct + alone[1]!.correct);
  });

  it.each([
    ['of another number', Float32Array.of(1, 1), '2'],
    ['below 0', Float32Array.of(1, -0.5, 1), '-0.5 at 1'],
    ['that are no numbers', Float32Array.of(1, 1, NaN), 'NaN at 2'],
  ])('are refused %s', async (_, exampleWeights, got) => {
    await expect(stepOf([{ ...batch, exampleWeights }])).rejects.toMatchObject({
      data: { code: 'Graph', details: { op: 'exampleWeights', got } },
    });
  });

  it('are refused where no example of a step counts', async () => {
    const exampleWeights = new Float32Array(3);
    await expect(stepOf([{ ...batch, exampleWeights }])).rejects.toMatchObject({
      data: { code: 'Graph', details: { op: 'loss', got: 'none' } },
    });
  });
});

describe('constants on logits', () => {
  const logitOffsets = Float32Array.of(1, 2, 3, -1, 0, 2, 0.5, 0.5, -3);

  it('change the loss of training, and are left out of evaluations and of answers', async () => {
    const engine = await createEngine();
    const shifted = { ...batch, logitOffsets };
    expect(await engine.evaluate(shifted)).toEqual(await engine.evaluate(batch));
    expect(await engine.logits(shifted)).toEqual(await engine.logits(batch));
    const [plain, moved] = [await stepOf([batch]), await stepOf([shifted])];
    expect(Math.abs(plain.loss - moved.loss)).toBeGreaterThan(1e-3);
    const zero = await stepOf([{ ...batch, logitOffsets: new Float32Array(9) }]);
    expect(zero.loss).toBeCloseTo(plain.loss, 6);
  });

  it.each([
    ['of another number', new Float32Array(6), '6'],
    ['that are infinite', logitOffsets.map((x, i) => (i === 4 ? -Infinity : x)), '-Infinity at 4'],
  ])('are refused %s', async (_, offsets, got) => {
    await expect(stepOf([{ ...batch, logitOffsets: offsets }])).rejects.toMatchObject({
      data: {
        code: 'Graph',
        details: { op: 'logitOffsets', expected: '3 × 3 finite numbers', got },
      },
    });
  });
});

describe('several losses', () => {
  const losses: LossTerms = [term('topic'), term('masked', { weight: 0.25 })];
  const masked: TrainingBatch = { ...randomBatch(tinyBert, 8), ...rowsOf(batch), loss: 'masked' };

  function rowsOf({ rowCount, positions, labels, weights }: TrainingBatch) {
    return { rowCount, positions, labels, weights };
  }

  it('add up by their weights, in any order of their batches', async () => {
    const [text, copy] = [
      await stepOf([batch], losses),
      await stepOf([{ ...masked, loss: 'topic' }], losses),
    ];
    const sum = await stepOf([batch, masked], losses);
    expect(sum.loss).toBeCloseTo(text.loss + 0.25 * copy.loss, 6);
    const turned = await stepOf([masked, batch], losses);
    expect(turned.loss).toBeCloseTo(sum.loss, 6);
    expect(turned.gradientNorm).toBeCloseTo(sum.gradientNorm, 5);
  });

  it('are each a mean of their own, however many batches they have', async () => {
    const twice = await stepOf([batch, masked, masked], losses);
    expect(twice.loss).toBeCloseTo((await stepOf([batch, masked], losses)).loss, 6);
  });

  it('have no part in a step where none of their rows counts', async () => {
    const none = { ...masked, exampleWeights: new Float32Array(3) };
    expect(await stepOf([batch, none], losses)).toEqual(await stepOf([batch], losses));
  });

  it.each<[string, LossTerms, string]>([
    ['names that repeat', [term('a'), term('a')], 'loss a'],
    ['a negative weight', [term('a', { weight: -1 })], 'loss a'],
    ['a weight that is no number', [term('a', { weight: NaN })], 'loss a'],
    ['a head that the model lacks', [term('a', { head: 'topic' })], 'head'],
  ])('are refused with %s', async (_, wrong, op) => {
    await expect(createEngine(wrong)).rejects.toMatchObject({
      data: { code: 'Graph', details: { op } },
    });
  });

  it('refuse a batch for a loss that there is not', async () => {
    await expect(stepOf([{ ...batch, loss: 'other' }], losses)).rejects.toMatchObject({
      data: { code: 'Graph', details: { op: 'loss', expected: 'one of topic, masked' } },
    });
  });
});
