import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { initializeParameters } from '../../../src/core/models/initialize.js';
import type { Runtime } from '../../../src/core/ports.js';
import type { TrainingBatch } from '../../../src/core/train/batch.js';
import type { TrainingEngine } from '../../../src/core/train/engine.js';
import { createBertModel } from '../../../src/core/models/bert.js';
import { createTrainingEngine } from '../../../src/core/train/trainingEngine.js';
import { createOnnxRuntime } from '../../../src/node/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../support/bert.js';
import { testKernels } from '../../support/kernels.js';

const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

async function createEngine({
  optimizer = testOptimizer,
  runtime = createOnnxRuntime(),
  maxSessions = 8,
  config = tinyBert,
} = {}): Promise<TrainingEngine> {
  const engine = await createTrainingEngine({
    model: createBertModel(config),
    parameters: initializeParameters(config, 3),
    optimizer,
    runtime,
    kernels: await testKernels(),
    threads: 2,
    maxSessions,
  });
  engines.push(engine);
  return engine;
}

/** Shapes alternate, padded and not, as buckets do. */
const batches = Array.from({ length: 12 }, (_, i) =>
  randomBatch(tinyBert, 50 + i, { length: 12 + (i % 3) * 4, padded: i % 2 === 0 }),
);

async function train(engine: TrainingEngine, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (const batch of batches.slice(from, to)) {
    const { loss, gradientNorm } = await engine.step(batch, 1e-3);
    losses.push(loss, gradientNorm);
  }
  return losses;
}

type Arrays = ReadonlyMap<string, Float32Array>;
const copied = (map: Arrays): Map<string, Float32Array> =>
  new Map([...map].map(([name, data]) => [name, data.slice()]));
const parametersOf = (engine: TrainingEngine): Map<string, Float32Array> =>
  new Map([...engine.parameters()].map(([name, { data }]) => [name, data.slice()]));

describe('the training engine', () => {
  it('gives the same bits from run to run', async () => {
    const [first, second] = [await createEngine(), await createEngine()];
    expect(await train(first, 0, 12)).toEqual(await train(second, 0, 12));
    expect(parametersOf(first)).toEqual(parametersOf(second));
  });

  it('goes on bit for bit from a restored state', async () => {
    const whole = await createEngine();
    const expected = await train(whole, 0, 12);
    const before = await createEngine();
    const head = await train(before, 0, 5);
    const state = before.optimizerState();
    const saved = {
      parameters: parametersOf(before),
      optimizer: {
        step: state.step,
        firstMoments: copied(state.firstMoments),
        secondMoments: copied(state.secondMoments),
      },
    };
    expect(saved.optimizer.step).toBe(5);
    const after = await createEngine();
    await train(after, 7, 9);
    after.restore(saved);
    expect([...head, ...(await train(after, 5, 12))]).toEqual(expected);
    expect(parametersOf(after)).toEqual(parametersOf(whole));
    expect(copied(after.optimizerState().secondMoments)).toEqual(
      copied(whole.optimizerState().secondMoments),
    );
  });

  it('leaves itself as it was when a state does not fit', async () => {
    const engine = await createEngine();
    await train(engine, 0, 1);
    const before = parametersOf(engine);
    const parameters = parametersOf(engine);
    parameters.set('cls.predictions.bias', new Float32Array(3));
    expect(() => {
      engine.restore({ parameters, optimizer: engine.optimizerState() });
    }).toThrow(AppError);
    expect(parametersOf(engine)).toEqual(before);
  });

  it('ignores what stands at positions of weight 0', async () => {
    const batch = batches[0]!;
    const other: TrainingBatch = { ...batch, labels: batch.labels.slice() };
    other.labels[batch.rowCount - 1] = (batch.labels[batch.rowCount - 1]! + 1n) % 101n;
    const [first, second] = [await createEngine(), await createEngine()];
    const a = await first.step(batch, 1e-3);
    const b = await second.step(other, 1e-3);
    expect(a.loss).toBe(b.loss);
    expect(await first.evaluate(batch)).toEqual(await second.evaluate(other));
  });

  it('evaluates to the loss that a step reports, and counts hits by the logits', async () => {
    const engine = await createEngine();
    for (let i = 0; i < 30; i++) await engine.step(batches[0]!, 3e-3);
    const sums = await engine.evaluate(batches[0]!);
    const logits = await engine.logits(batches[0]!);
    const { loss } = await engine.step(batches[0]!, 1e-3);
    expect(sums.count).toBe(7);
    expect(sums.lossSum / sums.count).toBeCloseTo(loss, 5);
    const width = tinyBert.vocab_size;
    let hits = 0;
    for (let i = 0; i < sums.count; i++) {
      const row = logits.subarray(i * width, (i + 1) * width);
      if (row.indexOf(Math.max(...row)) === Number(batches[0]!.labels[i])) hits++;
    }
    expect(sums.correct).toBe(hits);
    expect(hits).toBeGreaterThan(3);
  });

  it('learns a batch by heart', async () => {
    const engine = await createEngine();
    const { loss: before } = await engine.step(batches[0]!, 3e-3);
    for (let i = 0; i < 60; i++) await engine.step(batches[0]!, 3e-3);
    const { loss } = await engine.step(batches[0]!, 3e-3);
    expect(before).toBeGreaterThan(4);
    expect(loss).toBeLessThan(0.5);
  });

  it('clips by the global norm', async () => {
    // With beta1 = 0 the first moment is the clipped gradient.
    const engine = await createEngine({
      optimizer: { ...testOptimizer, beta1: 0, maxGradientNorm: 0.25 },
    });
    const { gradientNorm } = await engine.step(batches[0]!, 1e-3);
    expect(gradientNorm).toBeGreaterThan(0.25);
    let squares = 0;
    for (const moment of engine.optimizerState().firstMoments.values()) {
      for (const value of moment) squares += value * value;
    }
    expect(Math.sqrt(squares)).toBeCloseTo(0.25, 4);
  });

  it('decays weights and embeddings but no biases and norms', async () => {
    const decayed = await createEngine({ optimizer: { ...testOptimizer, weightDecay: 0.5 } });
    const plain = await createEngine({ optimizer: { ...testOptimizer, weightDecay: 0 } });
    await decayed.step(batches[0]!, 1e-2);
    await plain.step(batches[0]!, 1e-2);
    const [a, b] = [parametersOf(decayed), parametersOf(plain)];
    const changed = [...a.keys()].filter((name) =>
      a.get(name)!.some((v, i) => v !== b.get(name)![i]),
    );
    expect(changed.every((name) => !/bias$|LayerNorm/.test(name))).toBe(true);
    expect(changed).toContain('bert.embeddings.word_embeddings.weight');
    expect(changed).toContain('bert.encoder.layer.1.output.dense.weight');
  });

  it('reports a loss that is no number and keeps the parameters', async () => {
    const engine = await createEngine();
    await engine.step(batches[0]!, 1e-3);
    engine.parameters().get('cls.predictions.bias')!.data[7] = Infinity;
    const before = parametersOf(engine);
    const { loss } = await engine.step(batches[0]!, 1e-3);
    expect(Number.isFinite(loss)).toBe(false);
    expect(parametersOf(engine)).toEqual(before);
    expect(engine.optimizerState().step).toBe(1);
  });

  it('keeps a bounded number of compiled shapes and releases all of them', async () => {
    let open = 0;
    let most = 0;
    let created = 0;
    const inner = createOnnxRuntime();
    const runtime: Runtime = {
      async createSession(model, options) {
        const session = await inner.createSession(model, options);
        created++;
        most = Math.max(most, ++open);
        return {
          inputNames: session.inputNames,
          outputNames: session.outputNames,
          run: (inputs, outputs) => session.run(inputs, outputs),
          release: () => {
            open--;
            return session.release();
          },
        };
      },
    };
    const engine = await createEngine({ runtime, maxSessions: 2 });
    await train(engine, 0, 6);
    expect(created).toBe(6);
    await train(engine, 5, 6);
    expect(created).toBe(6);
    expect(most).toBe(2);
    await engine.dispose();
    expect(open).toBe(0);
  });
});
