import { describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { InputGradients } from '../../../src/core/models/inputGradients.js';
import type { Model, ParameterTensor } from '../../../src/core/models/model.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { randomStream } from '../../../src/core/random.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { randomBatch } from '../../support/bert.js';
import { FAMILIES, tinyModelConfig, type Family } from '../../support/families.js';
import { lossAndGradients } from '../../support/modelGradients.js';

const MASK = 4;

function modelOf(
  family: Family,
  head: 'masked-lm' | 'sequence' = 'masked-lm',
): { model: Model; parameters: Map<string, ParameterTensor> } {
  const config = tinyModelConfig(family);
  const options = { head, labelCount: 3 };
  return {
    model: createModel(config, options),
    parameters: initializeParameters({ ...config, initializer_range: 0.1 }, 8, options),
  };
}

function gradientsOf(given: ReturnType<typeof modelOf>): Promise<InputGradients> {
  return InputGradients.of({ ...given, runtime: createOnnxRuntime(), threads: 1 });
}

const normal = (length: number, seed: number): Float32Array => {
  const random = randomStream(seed);
  return Float32Array.from({ length }, () => random() + random() + random() - 1.5);
};

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe.each(FAMILIES)('input gradients of %s', (family) => {
  it.each(['masked-lm', 'sequence'] as const)(
    'are the finite differences of the logits (%s)',
    async (head) => {
      const config = tinyModelConfig(family);
      const gradients = await gradientsOf(modelOf(family, head));
      const { inputIds, attentionMask, batchSize, length, positions } = randomBatch(config, 2);
      const batch = {
        ...{ inputIds, attentionMask, batchSize, length },
        positions: head === 'sequence' ? null : positions,
      };
      const embeddings = gradients.embeddingsOf(inputIds);
      const outputs = head === 'sequence' ? 3 * batchSize : 101 * positions.length;
      const cotangent = normal(outputs, 1);
      const found = await gradients.gradientsOf(batch, cotangent);
      expect(found.gradients).toHaveLength(batchSize * length * gradients.width);

      // The classifier of DistilBERT has a rectifier, whose kinks are to be outside of the steps.
      const step = family === 'distilbert' ? 1e-3 : 1e-2;
      for (const seed of [5, 6, 7]) {
        const direction = normal(embeddings.length, seed);
        const at = async (scale: number): Promise<number> => {
          const moved = embeddings.map((value, i) => value + scale * direction[i]!);
          const { logits } = await gradients.gradientsOf(
            { ...batch, embeddings: moved },
            cotangent,
          );
          return dot(logits, cotangent);
        };
        // Central differences of fourth order.
        const near = (await at(step)) - (await at(-step));
        const far = (await at(2 * step)) - (await at(-2 * step));
        const expected = (8 * near - far) / (12 * step);
        const size =
          Math.sqrt(dot(found.gradients, found.gradients)) * Math.sqrt(dot(direction, direction));
        const slope = dot(found.gradients, direction);
        expect(Math.abs(slope - expected) / size).toBeLessThan(1e-4);
        // Random directions are nearly orthogonal to the gradient, but not quite.
        expect(Math.abs(slope) / size).toBeGreaterThan(1e-3);
      }
      await gradients.release();
    },
  );

  it('leave the logits as they are, and give each sequence its own', async () => {
    const given = modelOf(family);
    const config = tinyModelConfig(family);
    const batch = randomBatch(config, 3);
    const { logits: expected } = await lossAndGradients(given.model, given.parameters, batch);
    const gradients = await gradientsOf(given);
    const { batchSize, length } = batch;
    const width = gradients.width * length;
    const row = Math.floor(Number(batch.positions[0]) / length);
    const cotangent = new Float32Array(expected.length);
    cotangent.set(normal(101, 1));
    const found = await gradients.gradientsOf(batch, cotangent);
    const off = found.logits.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
    expect(off).toBeLessThan(1e-5);
    for (let other = 0; other < batchSize; other++) {
      const own = found.gradients.slice(other * width, (other + 1) * width);
      expect(own.some((value) => value !== 0)).toBe(other === row);
    }
    await gradients.release();
  });
});

describe('baselines of input gradients', () => {
  /** Gradient × (embedding − baseline) of every token, over the gradient's and the embedding's size. */
  async function shares(family: Family, baseline: 'zero' | 'mask'): Promise<number> {
    const gradients = await gradientsOf(modelOf(family));
    const batch = randomBatch(tinyModelConfig(family), 4, { padded: false });
    const { width } = gradients;
    const found = await gradients.gradientsOf(batch, normal(101 * batch.positions.length, 1));
    const embeddings = gradients.embeddingsOf(batch.inputIds);
    const mask = gradients.embeddingsOf([MASK]);
    let most = 0;
    for (let token = 0; token < batch.inputIds.length; token++) {
      const part = [token * width, (token + 1) * width] as const;
      const own = found.gradients.subarray(...part);
      const difference = embeddings
        .slice(...part)
        .map((value, i) => value - (baseline === 'mask' ? mask[i]! : 0));
      const size = Math.sqrt(dot(own, own) * dot(difference, difference));
      if (size > 0) most = Math.max(most, Math.abs(dot(own, difference)) / size);
    }
    await gradients.release();
    return most;
  }

  it('explain nothing at zero in front of a normalization, and something at the mask', async () => {
    expect(await shares('modernbert', 'zero')).toBeLessThan(1e-3);
    expect(await shares('modernbert', 'mask')).toBeGreaterThan(0.1);
  });
});
