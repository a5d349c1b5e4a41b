import type * as z from 'zod';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import type { Runtime } from '../../../../src/core/ports.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { OptimizerState, TrainingEngine } from '../../../../src/core/train/engine/engine.js';
import { createModel, type ModelConfig } from '../../../../src/core/models/createModel.js';
import { methodSpecSchema, type OptimizerSpec } from '../../../../src/core/runs/schema.js';
import { lossOf } from '../../../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../../../src/core/train/engine/trainingEngine.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';
import { randomBatch, testOptimizer, tinyBert } from '../../../support/bert.js';
import { testKernels } from '../../../support/kernels.js';

const engines: TrainingEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

interface Options {
  readonly optimizer?: OptimizerSpec;
  readonly runtime?: Runtime;
  readonly maxSessions?: number;
  readonly config?: ModelConfig;
  readonly method?: z.input<typeof methodSpecSchema>;
  readonly dropout?: boolean;
  readonly recompute?: boolean;
}

async function createEngine({
  optimizer = testOptimizer,
  runtime = createOnnxRuntime(),
  maxSessions = 8,
  config = tinyBert,
  method = {},
  dropout = false,
  recompute = false,
}: Options = {}): Promise<TrainingEngine> {
  const engine = await createTrainingEngine({
    model: createModel(config),
    parameters: initializeParameters(config, 3),
    losses: [lossOf({ kind: 'masked-lm' })],
    method: methodSpecSchema.parse(method),
    optimizer,
    dropout,
    recompute,
    seed: 4,
    runtime,
    kernels: await testKernels(),
    threads: 2,
    maxSessions,
  });
  engines.push(engine);
  return engine;
}

/** With layers between which activations can be dropped. */
const deep: ModelConfig = { ...tinyBert, num_hidden_layers: 4 };

/** Shapes alternate, padded and not, as buckets do. */
const batches = Array.from({ length: 12 }, (_, i) =>
  randomBatch(tinyBert, 50 + i, { length: 12 + (i % 3) * 4, padded: i % 2 === 0 }),
);

async function train(engine: TrainingEngine, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (const batch of batches.slice(from, to)) {
    const { loss, gradientNorm } = await engine.step([batch], 1e-3);
    losses.push(loss, gradientNorm);
  }
  return losses;
}

const copied = ({ step, arrays }: OptimizerState): OptimizerState => ({
  step,
  arrays: new Map(
    [...arrays].map(([state, values]) => [
      state,
      new Map([...values].map(([name, data]) => [name, data.slice()])),
    ]),
  ),
});
const parametersOf = (engine: TrainingEngine): Map<string, Float32Array> =>
  new Map([...engine.modelParameters()].map(([name, { data }]) => [name, data.slice()]));

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
    const saved = {
      parameters: parametersOf(before),
      optimizer: copied(before.optimizerState()),
    };
    expect(saved.optimizer.step).toBe(5);
    const after = await createEngine();
    await train(after, 7, 9);
    after.restore(saved);
    expect([...head, ...(await train(after, 5, 12))]).toEqual(expected);
    expect(parametersOf(after)).toEqual(parametersOf(whole));
    expect(copied(after.optimizerState())).toEqual(copied(whole.optimizerState()));
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
    const a = await first.step([batch], 1e-3);
    const b = await second.step([other], 1e-3);
    expect(a.loss).toBe(b.loss);
    expect(await first.evaluate(batch)).toEqual(await second.evaluate(other));
  });

  it('evaluates to the loss that a step reports, and counts hits by the logits', async () => {
    const engine = await createEngine();
    for (let i = 0; i < 30; i++) await engine.step([batches[0]!], 3e-3);
    const sums = await engine.evaluate(batches[0]!);
    const logits = await engine.logits(batches[0]!);
    const { loss } = await engine.step([batches[0]!], 1e-3);
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
    const { loss: before } = await engine.step([batches[0]!], 3e-3);
    for (let i = 0; i < 60; i++) await engine.step([batches[0]!], 3e-3);
    const { loss } = await engine.step([batches[0]!], 3e-3);
    expect(before).toBeGreaterThan(4);
    expect(loss).toBeLessThan(0.5);
  });

  it('clips by the global norm', async () => {
    // With beta1 = 0 the first moment is the clipped gradient.
    const engine = await createEngine({
      optimizer: { ...testOptimizer, beta1: 0, maxGradientNorm: 0.25 },
    });
    const { gradientNorm } = await engine.step([batches[0]!], 1e-3);
    expect(gradientNorm).toBeGreaterThan(0.25);
    let squares = 0;
    for (const moment of engine.optimizerState().arrays.get('firstMoments')!.values()) {
      for (const value of moment) squares += value * value;
    }
    expect(Math.sqrt(squares)).toBeCloseTo(0.25, 4);
  });

  it('decays weights and embeddings but no biases and norms', async () => {
    const decayed = await createEngine({ optimizer: { ...testOptimizer, weightDecay: 0.5 } });
    const plain = await createEngine({ optimizer: { ...testOptimizer, weightDecay: 0 } });
    await decayed.step([batches[0]!], 1e-2);
    await plain.step([batches[0]!], 1e-2);
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
    await engine.step([batches[0]!], 1e-3);
    engine.modelParameters().get('cls.predictions.bias')!.data[7] = Infinity;
    const before = parametersOf(engine);
    const { loss } = await engine.step([batches[0]!], 1e-3);
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

  it('drops values by seed and step, and goes on with the same ones after a restore', async () => {
    const without = await createEngine();
    const whole = await createEngine({ dropout: true });
    const expected = await train(whole, 0, 8);
    expect(expected).not.toEqual(await train(without, 0, 8));
    const before = await createEngine({ dropout: true });
    const head = await train(before, 0, 3);
    const saved = {
      parameters: parametersOf(before),
      optimizer: copied(before.optimizerState()),
    };
    const after = await createEngine({ dropout: true });
    after.restore(saved);
    expect([...head, ...(await train(after, 3, 8))]).toEqual(expected);
    // Nothing is dropped outside training.
    expect(await without.evaluate(batches[0]!)).not.toEqual(await whole.evaluate(batches[0]!));
    whole.restore({ parameters: parametersOf(without), optimizer: without.optimizerState() });
    expect(await without.evaluate(batches[0]!)).toEqual(await whole.evaluate(batches[0]!));
  });

  it('drops with the gradient of what is left', async () => {
    // A mean over many masks of the loss's slope along the gradient is its squared norm.
    const config = { ...tinyBert, hidden_dropout_prob: 0.3, attention_probs_dropout_prob: 0.2 };
    const optimizer: OptimizerSpec = {
      ...testOptimizer,
      name: 'sgd',
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
      maxGradientNorm: 1e30,
    };
    const rate = 1e-3;
    const engine = await createEngine({ config, optimizer, dropout: true });
    const start = {
      parameters: parametersOf(engine),
      optimizer: copied(engine.optimizerState()),
    };
    const { loss, gradientNorm } = await engine.step([batches[0]!], rate);
    const moved = parametersOf(engine);
    // The same step number draws the same masks at the moved place.
    engine.restore({ parameters: moved, optimizer: start.optimizer });
    const { loss: after } = await engine.step([batches[0]!], rate);
    expect((loss - after) / (rate * gradientNorm ** 2)).toBeCloseTo(1, 1);
  });

  it('computes activations again without changing a bit', async () => {
    const kept = await createEngine({ config: deep });
    const again = await createEngine({ config: deep, recompute: true });
    expect(await train(again, 0, 4)).toEqual(await train(kept, 0, 4));
    expect(parametersOf(again)).toEqual(parametersOf(kept));
  });

  it('merges adapters into the model that it was seen to be', async () => {
    const lora = { rank: 4, alpha: 8, targets: [] };
    const engine = await createEngine({ method: { kind: 'lora', lora } });
    const untrained = parametersOf(await createEngine());
    expect(parametersOf(engine)).toEqual(untrained);
    await train(engine, 0, 12);
    expect([...engine.trainedParameters().keys()]).toEqual([...engine.adapters()!.keys()]);
    expect(engine.adapters()!.size).toBe(8);
    const merged = await createEngine();
    merged.restore({
      parameters: parametersOf(engine),
      optimizer: merged.optimizerState(),
    });
    const [a, b] = [await engine.logits(batches[0]!), await merged.logits(batches[0]!)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-5);
    const [c] = [await (await createEngine()).logits(batches[0]!)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - c[i]!)))).toBeGreaterThan(1e-3);
  });

  it('gives several batches the gradient that they have as one', async () => {
    const [a, b] = [
      randomBatch(tinyBert, 1, { length: 16, padded: false }),
      randomBatch(tinyBert, 2, { length: 16, padded: false }),
    ];
    const both: TrainingBatch = {
      ...a,
      batchSize: a.batchSize + b.batchSize,
      rowCount: a.rowCount + b.rowCount,
      inputIds: BigInt64Array.from([...a.inputIds, ...b.inputIds]),
      attentionMask: BigInt64Array.from([...a.attentionMask, ...b.attentionMask]),
      positions: BigInt64Array.from([
        ...a.positions,
        ...b.positions.map((at) => at + BigInt(a.batchSize * a.length)),
      ]),
      labels: BigInt64Array.from([...a.labels, ...b.labels]),
      weights: Float32Array.from([...a.weights, ...b.weights]),
      tokenCount: a.tokenCount + b.tokenCount,
    };
    const [apart, together] = [await createEngine(), await createEngine()];
    const first = await apart.step([a, b], 1e-3);
    const second = await together.step([both], 1e-3);
    expect(first.loss).toBeCloseTo(second.loss, 5);
    expect(first.gradientNorm).toBeCloseTo(second.gradientNorm, 5);
  });

  it('says so when nothing is left to train, or no weight has a name that was given', async () => {
    const freeze = { embeddings: true, layers: 2, patterns: ['cls.*'] };
    await expect(createEngine({ method: { freeze } })).rejects.toThrow(AppError);
    const lora = { rank: 4, alpha: 8, targets: ['q_prox'] };
    await expect(createEngine({ method: { kind: 'lora', lora } })).rejects.toMatchObject({
      data: {
        code: 'UserInput',
        details: {
          problem: {
            id: 'training.unknownAdapterTargets',
            args: { targets: { list: ['q_prox'], join: 'or' } },
          },
        },
      },
    });
  });
});
