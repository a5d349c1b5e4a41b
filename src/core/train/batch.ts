/**
 * One padded batch for masked-language modelling, in the layout the training graph takes.
 * Positions are flat indices `row * length + column`, unique, padded to `maskedCount` with
 * entries whose weight is 0 (their position and label are valid but arbitrary).
 */
export interface MaskedBatch {
  readonly batchSize: number;
  readonly length: number;
  readonly maskedCount: number;
  /** [batchSize * length] */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [maskedCount] */
  readonly positions: BigInt64Array;
  /** [maskedCount] original token ids. */
  readonly labels: BigInt64Array;
  /** [maskedCount] 1 for a real masked position, 0 for padding. */
  readonly weights: Float32Array;
  /** Tokens that are not padding. */
  readonly tokenCount: number;
}
