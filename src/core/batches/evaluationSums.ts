/** Evaluation of a model on one batch. Sums are over its rows, by their weights. */
export interface EvaluationSums {
  /** Σ weight × loss of the row, in nats where the loss is an entropy. */
  readonly lossSum: number;
  /** Σ weight of the rows whose most probable class is the label; 0 where targets are values. */
  readonly correct: number;
  /** Σ weight */
  readonly count: number;
  /** [rowCount, outputSize] row-major, for heads; null for a vocabulary, whose logits stay inside. */
  readonly logits: Float32Array | null;
}
