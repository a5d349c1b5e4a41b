import { parseBertConfig } from '../../src/core/models/bertConfig.js';
import { randomStream } from '../../src/core/random.js';

/** What every contender trains on: one batch of random tokens, 15% of them masked. */
export function createTrainTask({ threads }: { threads: number }) {
  const config = parseBertConfig(
    {
      model_type: 'bert',
      vocab_size: 30522,
      hidden_size: 256,
      num_hidden_layers: 4,
      num_attention_heads: 4,
      intermediate_size: 1024,
      max_position_embeddings: 512,
    },
    'BERT-mini',
  );
  const batchSize = 16;
  const length = 128;
  const random = randomStream(7);
  const below = (n: number): number => Math.floor(random() * n);
  const inputIds = Array.from({ length: batchSize * length }, () => 1000 + below(20000));
  const places = Array.from({ length: batchSize * length }, (_, i) => i);
  const masked = Math.round(0.15 * places.length);
  for (let i = 0; i < masked; i++) {
    const j = i + below(places.length - i);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  const positions = places.slice(0, masked).sort((a, b) => a - b);
  const labels = positions.map((position) => inputIds[position]!);
  for (const position of positions) inputIds[position] = 103;
  return { config, batchSize, length, threads, inputIds, positions, labels };
}

export type TrainTask = ReturnType<typeof createTrainTask>;

/** A worker's answer to `run N`. */
export interface TrainAnswer {
  /** Milliseconds of each step. */
  readonly times: number[];
  readonly loss: number;
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
  readonly version: string;
  readonly threads: number;
}
