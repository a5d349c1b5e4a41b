import { afterEach, describe, expect, it } from 'vitest';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import { createModel } from '../../../../src/core/models/createModel.js';
import type { HeadKind } from '../../../../src/core/models/model.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import { lossOf } from '../../../../src/core/objectives/objectives.js';
import type { Runtime } from '../../../../src/core/ports.js';
import { methodSpecSchema, taskSpecSchema } from '../../../../src/core/runs/schema.js';
import type { TrainingEngine } from '../../../../src/core/train/engine/engine.js';
import { FrozenFeatures } from '../../../../src/core/train/engine/frozenFeatures.js';
import { createTrainingEngine } from '../../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer } from '../../../support/bert.js';
import { FAMILIES, tinyModelConfig, type Family } from '../../../support/families.js';
import { testKernels } from '../../../support/kernels.js';

const LABELS = ['a', 'b', 'c'];
const TASKS = { sequence: 'classification', token: 'token-classification' } as const;
type Kind = keyof typeof TASKS;

const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

/** Counts the runs of sessions that read tokens. */
function countingRuntime(): Runtime & { encoderRuns: number } {
  const runtime = createOnnxRuntime();
  const counting = {
    encoderRuns: 0,
    createSession: async (...args: Parameters<Runtime['createSession']>) => {
      const session = await runtime.createSession(...args);
      const readsTokens = session.inputNames.includes('input_ids');
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run: (...given: Parameters<typeof session.run>) => {
          if (readsTokens) counting.encoderRuns++;
          return session.run(...given);
        },
        release: () => session.release(),
      };
    },
  };
  return counting;
}

async function engineOf(
  family: Family,
  kind: Kind,
  {
    isWhole = false,
    runtime = createOnnxRuntime(),
    dropout = false,
  }: { isWhole?: boolean; runtime?: Runtime; dropout?: boolean } = {},
): Promise<TrainingEngine> {
  const head: HeadKind = kind;
  const config = tinyModelConfig(family);
  const model = createModel(config, { head, labelCount: LABELS.length });
  const loss = kind === 'sequence' ? { loss: 'crossEntropy' } : {};
  const task = taskSpecSchema.parse({ kind: TASKS[kind], labels: LABELS, ...loss });
  // The same parameters by another method, whose steps run the whole model.
  const frozen = model.parameters.map(({ name }) => name);
  const output = model.heads[0].parameters.slice(-2);
  const patterns = frozen.filter((name) => !output.includes(name));
  const method = isWhole
    ? { kind: 'full', freeze: { embeddings: false, layers: 0, patterns } }
    : { kind: 'last-layer' };
  const engine = await createTrainingEngine({
    model,
    parameters: initializeParameters(config, 3, { head, labelCount: LABELS.length }),
    losses: [lossOf(task)],
    method: methodSpecSchema.parse(method),
    optimizer: testOptimizer,
    dropout,
    seed: 4,
    runtime,
    kernels: await testKernels(),
    threads: 2,
  });
  engines.push(engine);
  return engine;
}

function batchOf(family: Family, kind: Kind, seed: number): TrainingBatch {
  const config = tinyModelConfig(family);
  const options = { length: 12 + (seed % 3) * 4, padded: seed % 2 === 0, rowCount: 5 };
  const batch = randomBatch(config, seed, options);
  const rows = kind === 'token' ? 5 : 3;
  const labels = BigInt64Array.from({ length: rows }, (_, i) => BigInt((seed + i) % 3));
  if (kind === 'token') return { ...batch, labels };
  const weights = new Float32Array(rows).fill(1);
  return { ...batch, rowCount: rows, positions: null, labels, weights };
}

/** Rows of some batches in other batches, padded to another length. */
function regrouped(batches: readonly TrainingBatch[], length: number): TrainingBatch {
  const batchSize = batches.length;
  const inputIds = new BigInt64Array(batchSize * length);
  const attentionMask = new BigInt64Array(batchSize * length);
  batches.forEach((batch, i) => {
    inputIds.set(batch.inputIds.subarray(0, batch.length), i * length);
    attentionMask.set(batch.attentionMask.subarray(0, batch.length), i * length);
  });
  const labels = BigInt64Array.from(batches, ({ labels: [label = 0n] }) => label);
  const tokenCount = attentionMask.filter((one) => one === 1n).length;
  return {
    ...{ batchSize, length, rowCount: batchSize, inputIds, attentionMask, tokenCount, labels },
    ...{ tokenTypeIds: null, positions: null, values: null },
    weights: new Float32Array(batchSize).fill(1),
  };
}

function expectNear(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(
    tolerance,
  );
}

const outputOf = (engine: TrainingEngine): [string, Float32Array][] =>
  [...engine.trainedParameters()].map(([name, { data }]) => [name, data.slice()]);

describe('features of the frozen part of a model', () => {
  it.each(
    FAMILIES.flatMap((family) =>
      (['sequence', 'token'] as const).map((kind) => [family, kind] as const),
    ),
  )('train the output layer as the whole model does: %s, %s', async (family, kind) => {
    const runtime = countingRuntime();
    const [cut, whole] = [
      await engineOf(family, kind, { runtime }),
      await engineOf(family, kind, { isWhole: true }),
    ];
    expect(whole.features).toBeNull();
    const batches = Array.from({ length: 6 }, (_, i) => batchOf(family, kind, 50 + i));
    // The last row of token batches is filler.
    const rows = kind === 'token' ? 4 : 3;
    const kept = await cut.features!.keep(() => batches);
    expect(kept).toEqual({ rows: 6 * rows, isComplete: true });
    const { encoderRuns } = runtime;
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const batch of batches) {
        const [a, b] = [await cut.step([batch], 1e-2), await whole.step([batch], 1e-2)];
        expect(a.loss).toBeCloseTo(b.loss, 5);
        expect(a.gradientNorm).toBeCloseTo(b.gradientNorm, 4);
      }
    }
    const expected = outputOf(whole);
    const trained = outputOf(cut);
    expect(trained.map(([name]) => name)).toEqual(expected.map(([name]) => name));
    trained.forEach(([, data], i) => {
      expectNear(data, expected[i]![1], 1e-5);
    });
    const columns = LABELS.length;
    const logits = await cut.logits(batches[0]!);
    const whole0 = await whole.logits(batches[0]!);
    expectNear(logits.subarray(0, rows * columns), whole0.subarray(0, rows * columns), 1e-5);
    // No step and no evaluation has run the encoder.
    expect(runtime.encoderRuns).toBe(encoderRuns);
  });

  it('are found again for rows in other batches of another length, and computed for others', async () => {
    const runtime = countingRuntime();
    const engine = await engineOf('bert', 'sequence', { runtime });
    const whole = await engineOf('bert', 'sequence', { isWhole: true });
    const batches = Array.from({ length: 4 }, (_, i) => batchOf('bert', 'sequence', 70 + i));
    await engine.features!.keep(() => batches);
    const runs = runtime.encoderRuns;
    const mixed = regrouped(batches, 24);
    expectNear(await engine.logits(mixed), await whole.logits(mixed), 1e-5);
    expect(runtime.encoderRuns).toBe(runs);
    const unseen = batchOf('bert', 'sequence', 99);
    expectNear(await engine.logits(unseen), await whole.logits(unseen), 1e-5);
    expect(runtime.encoderRuns).toBe(runs + 1);
  });

  it('are not kept beyond the limit or after an interruption, which changes no result', async () => {
    const batches = Array.from({ length: 4 }, (_, i) => batchOf('bert', 'sequence', 80 + i));
    let computed = 0;
    const compute = (batch: TrainingBatch): Promise<Float32Array> => {
      computed++;
      return Promise.resolve(Float32Array.from({ length: batch.rowCount * 2 }, (_, i) => i));
    };
    const small = new FrozenFeatures({ dims: [2], compute, limitBytes: 4 * 2 * 11 });
    expect(await small.keep(() => batches)).toEqual({ rows: 12, isComplete: false });
    expect(computed).toBe(0);
    expect((await small.of(batches[0]!)).data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    expect(computed).toBe(1);
    const enough = new FrozenFeatures({ dims: [2], compute, limitBytes: 4 * 2 * 12 });
    const seen: number[] = [];
    await enough.keep(
      () => batches,
      ({ done }) => seen.push(done) === 2,
    );
    expect(seen).toEqual([3, 6]);
    expect(computed).toBe(3);
    await enough.of(batches[1]!);
    expect(computed).toBe(3);
    await enough.of(batches[2]!);
    expect(computed).toBe(4);
  });

  it('are not used with dropout, which changes them at each step', async () => {
    expect((await engineOf('bert', 'sequence', { dropout: true })).features).toBeNull();
  });

  it('tell rows by token types and by their places', async () => {
    const batch = batchOf('bert', 'sequence', 90);
    const typed = { ...batch, tokenTypeIds: batch.inputIds.map((_, i) => BigInt(i % 2)) };
    const untyped = { ...batch, tokenTypeIds: new BigInt64Array(batch.inputIds.length) };
    const compute = (one: TrainingBatch): Promise<Float32Array> =>
      Promise.resolve(new Float32Array(one.rowCount));
    const features = new FrozenFeatures({ dims: [1], compute });
    expect((await features.keep(() => [batch, typed, untyped])).rows).toBe(6);
    const words = batchOf('bert', 'token', 90);
    expect((await features.keep(() => [words, words])).rows).toBe(4);
  });
});
