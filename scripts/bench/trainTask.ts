import { parseModelConfig } from '../../src/core/models/createModel.js';
import { parseBertConfig, type BertConfig } from '../../src/core/models/families/bertConfig.js';
import type { ModernbertConfig } from '../../src/core/models/families/modernbert.js';
import { randomStream } from '../../src/core/random.js';

export type Method = 'full' | 'last-layers' | 'lora';

interface Shape {
  readonly title: string;
  readonly config: BertConfig | ModernbertConfig;
  readonly batchSize: number;
  readonly length: number;
}

export const bertMini = bert('BERT-mini', { hidden: 256, layers: 4, heads: 4 });
const bertBase = bert('BERT-base', { hidden: 768, layers: 12, heads: 12 });

/** Full steps that are compared with PyTorch's. */
export const STEPS = {
  mini: {
    title: 'BERT-mini (4 layers, hidden 256, vocabulary 30522)',
    ...{ config: bertMini, batchSize: 16, length: 128 },
  },
  base: {
    title: 'BERT-base (12 layers, hidden 768, vocabulary 30522)',
    ...{ config: bertBase, batchSize: 8, length: 128 },
  },
  'base-16': { title: 'BERT-base', config: bertBase, batchSize: 16, length: 128 },
  'base-512': { title: 'BERT-base', config: bertBase, batchSize: 4, length: 512 },
  modernbert: {
    title: 'ModernBERT-base (22 layers, hidden 768, vocabulary 50368)',
    ...{ config: modernbertBase(), batchSize: 8, length: 128 },
  },
} as const satisfies Readonly<Record<string, Shape>>;

export type Work = keyof typeof STEPS;

function bert(
  name: string,
  { hidden, layers, heads }: Readonly<Record<'hidden' | 'layers' | 'heads', number>>,
): BertConfig {
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
    name,
  );
}

/** The shape of answerdotai/ModernBERT-base. */
function modernbertBase(): ModernbertConfig {
  const config = {
    ...{ model_type: 'modernbert', vocab_size: 50_368, hidden_size: 768, num_hidden_layers: 22 },
    ...{ num_attention_heads: 12, intermediate_size: 1152, max_position_embeddings: 8192 },
  };
  return parseModelConfig(config, 'ModernBERT-base') as ModernbertConfig;
}

/** Training task of every contender: one batch of random tokens, 15% of them masked. */
export function createTrainTask(
  work: Work,
  { threads, method = 'full' }: { threads: number; method?: Method },
) {
  const { config, batchSize, length }: Shape = STEPS[work];
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
