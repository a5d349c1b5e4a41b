import type { EmbeddingGradients } from '../models/inputGradients.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { KeptResults } from './keptResults.js';

/** Sequences padded to one length, and the positions whose logits are needed. */
export interface PredictionBatch {
  readonly batchSize: number;
  readonly length: number;
  /** [batchSize * length], including special tokens. */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [batchSize * length], the segments of pairs of texts. Default: 0 everywhere. */
  readonly tokenTypeIds?: BigInt64Array | null;
  /** [count] flat indices `row * length + column`. */
  readonly positions: BigInt64Array;
}

/** Facts about the softmax of each of several rows of logits. */
export interface Distributions {
  /** Natural logarithm of the sum of exponentials of the logits. */
  readonly normalizers: Float32Array | Float64Array;
  /** In nats. */
  readonly entropies: Float32Array | Float64Array;
}

/** A loaded model, as needed for prediction. */
export interface MaskedLanguageModel {
  readonly tokenizer: Tokenizer;
  /** Maximum sequence length, including special tokens. */
  readonly maxLength: number;
  /** Maximum number of tokens in one forward pass, including padding. Default: 2048. */
  readonly batchTokens?: number;
  /** Results of earlier runs of this model. Default: none are kept. */
  readonly kept?: KeptResults;
  /**
   * Language of a text if it is certainly one that the model was not trained on; `null` otherwise. Absent
   * if the languages of the model are not known.
   */
  readonly foreignLanguage?: (text: string) => Promise<string | null>;
  /** Logits at `positions`, row-major [count, vocabulary size of the model]. */
  logitsAt(batch: PredictionBatch): Promise<Float32Array>;
  /** Computes the distributions of logits [count, vocabulary] on several threads. */
  readonly readDistributions?: (logits: Float32Array, count: number) => Promise<Distributions>;
  /**
   * Runs `work` with gradients of the logits, in float32 whatever the form of the model. Absent for a
   * model that has none. Throws an `AppError` for one that cannot be differentiated.
   */
  readonly withGradients?: <T>(work: (gradients: EmbeddingGradients) => Promise<T>) => Promise<T>;
}
