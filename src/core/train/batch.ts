/**
 * One padded batch, in the layout the training graph takes. A row is one line of logits that has a
 * target: a masked position, a token, or a whole sequence.
 */
export interface TrainingBatch {
  readonly batchSize: number;
  readonly length: number;
  /** Rows with a target, padding rows of weight 0 included. */
  readonly rowCount: number;
  /** [batchSize * length] */
  readonly inputIds: BigInt64Array;
  /** [batchSize * length], 1 for tokens, 0 for padding. */
  readonly attentionMask: BigInt64Array;
  /** [batchSize * length]; null for type 0 everywhere. */
  readonly tokenTypeIds: BigInt64Array | null;
  /**
   * [rowCount] flat places `row * length + column`, unique, padded with valid but arbitrary ones;
   * null where the logits have one row a sequence.
   */
  readonly positions: BigInt64Array | null;
  /** [rowCount] token or class ids; zeros where `values` are the targets. */
  readonly labels: BigInt64Array;
  /** [rowCount * outputSize]: 0/1 a label, numbers, or a distribution, as the loss wants; else null. */
  readonly values: Float32Array | null;
  /** [rowCount] 0 for padding, else 1 or the class weight. */
  readonly weights: Float32Array;
  /** Tokens that are not padding. */
  readonly tokenCount: number;
}

/** A batch for masked-language modelling: positions are masked ones. */
export interface MaskedBatch extends TrainingBatch {
  readonly positions: BigInt64Array;
}
