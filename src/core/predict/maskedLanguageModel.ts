import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Sequences padded to one length, with the places whose logits are wanted. */
export interface PredictionBatch {
  readonly batchSize: number;
  readonly length: number;
  /** [batchSize * length], special tokens included. */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [count] flat indices `row * length + column`. */
  readonly positions: BigInt64Array;
}

/** A loaded model as prediction needs it. */
export interface MaskedLanguageModel {
  readonly tokenizer: Tokenizer;
  /** Most tokens in a sequence, special tokens included. */
  readonly maxLength: number;
  /** Most tokens in one forward pass of several sequences, padding included. Default: 2048. */
  readonly batchTokens?: number;
  /** Logits at `positions`, row-major [count, vocabulary size of the model]. */
  logitsAt(batch: PredictionBatch): Promise<Float32Array>;
}
