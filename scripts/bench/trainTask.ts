import { parseBertConfig, type BertConfig } from '../../src/core/models/families/bertConfig.js';
import { randomStream } from '../../src/core/random.js';

export type Work = 'mini' | 'base';
export type Method = 'full' | 'last-layers' | 'lora';

interface Shape {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly batchSize: number;
}

const SHAPES: Readonly<Record<Work, Shape>> = {
  mini: { hidden: 256, layers: 4, heads: 4, batchSize: 16 },
  base: { hidden: 768, layers: 12, heads: 12, batchSize: 8 },
};

export function benchmarkConfig(work: Work): BertConfig {
  const { hidden, layers, heads } = SHAPES[work];
  return parseBertConfig(
    {
      model_type: 'bert',
      vocab_size: 30522,
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      intermediate_size: 4 * hidden,
      max_position_embeddings: 512,
    },
    `BERT-${work}`,
  );
}

/** Training task of every contender: one batch of random tokens, 15% of them masked. */
export function createTrainTask(
  work: Work,
  { threads, method = 'full' }: { threads: number; method?: Method },
) {
  const { batchSize } = SHAPES[work];
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
  const config = benchmarkConfig(work);
  return { config, batchSize, length, threads, method, inputIds, positions, labels };
}

export type TrainTask = ReturnType<typeof createTrainTask>;

/** A worker's answer to `run N`. */
export interface TrainAnswer {
  /** Milliseconds of each step. */
  readonly times: number[];
  readonly loss: number;
  /** Peak resident memory of the process. */
  readonly peakBytes: number;
  /** Minor page faults of each step in the mean; absent if unknown. */
  readonly pageFaults?: number;
  readonly version: string;
  readonly threads: number;
}
