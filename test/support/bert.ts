import { parseBertConfig } from '../../src/core/models/families/bertConfig.js';
import type { ModelConfig } from '../../src/core/models/createModel.js';
import { randomStream } from '../../src/core/random.js';
import type { OptimizerSpec } from '../../src/core/runs/schema.js';
import type { MaskedBatch } from '../../src/core/batches/batch.js';

export const tinyBert = parseBertConfig(
  {
    model_type: 'bert',
    vocab_size: 101,
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 64,
    max_position_embeddings: 40,
  },
  'tinyBert',
);

type AdamW = Extract<OptimizerSpec, { name: 'adamw' }>;

export const testOptimizer: AdamW = {
  name: 'adamw',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  layerDecay: 1,
  maxGradientNorm: 1,
};

/** A batch of random tokens; with `padded`, each row is shorter than the one before. */
export function randomBatch(
  config: Pick<ModelConfig, 'vocab_size' | 'pad_token_id'>,
  seed: number,
  { batchSize = 3, length = 16, rowCount = 8, padded = true } = {},
): MaskedBatch {
  const random = randomStream(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const places = batchSize * length;
  const inputIds = new BigInt64Array(places).fill(BigInt(config.pad_token_id ?? 0));
  const attentionMask = new BigInt64Array(places);
  const tokens: number[] = [];
  for (let i = 0; i < places; i++) {
    const row = Math.floor(i / length);
    const rowLength = padded ? length - Math.floor((row * length) / (2 * batchSize)) : length;
    if (i % length >= rowLength) continue;
    inputIds[i] = BigInt(5 + below(config.vocab_size - 5));
    attentionMask[i] = 1n;
    tokens.push(i);
  }
  const positions = new Set<number>();
  while (positions.size < rowCount) positions.add(tokens[below(tokens.length)]!);
  const labels = Array.from(positions, () => BigInt(below(config.vocab_size)));
  const weights = new Float32Array(rowCount).fill(1);
  // The last position is filler, as in a batch whose masked count was rounded up.
  weights[rowCount - 1] = 0;
  return {
    batchSize,
    length,
    rowCount,
    inputIds,
    attentionMask,
    tokenTypeIds: null,
    values: null,
    positions: BigInt64Array.from(positions, BigInt),
    labels: BigInt64Array.from(labels),
    weights,
    tokenCount: tokens.length,
  };
}
