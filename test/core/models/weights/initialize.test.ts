import { describe, expect, it } from 'vitest';
import { createBertModel } from '../../../../src/core/models/families/bert.js';
import { initializeParameters } from '../../../../src/core/models/weights/initialize.js';
import { tinyBert } from '../../../support/bert.js';

describe('new weights', () => {
  it('are all of the model, and the same for the same seed', () => {
    const first = initializeParameters(tinyBert, 7);
    const names = createBertModel(tinyBert).parameters.map(({ name }) => name);
    expect([...first.keys()]).toEqual(names);
    expect(initializeParameters(tinyBert, 7)).toEqual(first);
    expect(initializeParameters(tinyBert, 8)).not.toEqual(first);
  });

  it('follow the family: normal weights, zero biases, unit norms, a zero padding row', () => {
    const config = { ...tinyBert, vocab_size: 4000 };
    const parameters = initializeParameters(config, 1);
    const words = parameters.get('bert.embeddings.word_embeddings.weight')!.data;
    const deviation = Math.sqrt(words.reduce((sum, v) => sum + v * v, 0) / words.length);
    expect(deviation).toBeCloseTo(0.02, 3);
    expect(words.subarray(0, 32).every((value) => value === 0)).toBe(true);
    const layer = 'bert.encoder.layer.0';
    expect(parameters.get(`${layer}.output.LayerNorm.weight`)!.data.every((v) => v === 1)).toBe(
      true,
    );
    expect(parameters.get(`${layer}.output.dense.bias`)!.data.every((v) => v === 0)).toBe(true);
  });

  it('for a fast start let each early head look at its neighbour', () => {
    const config = { ...tinyBert, hidden_size: 64, num_attention_heads: 2 };
    const parameters = initializeParameters(config, 1, { initialization: 'fastStart' });
    const get = (name: string): Float32Array => parameters.get(name)!.data;
    const size = config.hidden_size;
    const positions = get('bert.embeddings.position_embeddings.weight');
    // As the embedding norm would scale them.
    const state = (t: number): Float32Array =>
      positions.slice(t * size, (t + 1) * size).map((v) => v * 29);
    const project = (kind: string, t: number, head: number): number[] => {
      const weight = get(`bert.encoder.layer.0.attention.self.${kind}.weight`);
      return Array.from({ length: 32 }, (_, j) => {
        const row = (head * 32 + j) * size;
        return state(t).reduce((sum, v, k) => sum + v * weight[row + k]!, 0);
      });
    };
    for (const [head, offset] of [-1, 1].entries()) {
      const query = project('query', 10, head);
      const scores = Array.from({ length: 20 }, (_, t) =>
        project('key', t, head).reduce((sum, v, j) => sum + v * query[j]!, 0),
      );
      expect(scores.indexOf(Math.max(...scores))).toBe(10 + offset);
    }
  });
});
