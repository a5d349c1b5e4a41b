import { scoresOf } from '../predict/labelProbabilities.js';

/** A row with one label, and the probabilities of all labels by a model that was not trained on it. */
export interface PredictedRow {
  /** Index of the given label. */
  readonly given: number;
  /** [labels] probabilities, which sum to 1. */
  readonly probabilities: readonly number[];
}

/** A row whose label is probably wrong. */
export interface LabelError {
  /** Index of the row. */
  readonly row: number;
  /** Index of the label that the row probably has. */
  readonly suggested: number;
  /** Probability of the suggested label minus that of the given one, above 0. */
  readonly margin: number;
}

export interface LabelErrors {
  /** [labels] mean probability of a label over the rows that have it; `null` for one without rows. */
  readonly thresholds: readonly (number | null)[];
  /** Largest margin first. */
  readonly found: readonly LabelError[];
}

/**
 * Rows whose labels are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021,
 * arXiv:1911.00068, equation 1). The threshold of a label is the mean probability of the label over
 * the rows that have it (their self-confidence), so that labels that the model is less sure of need
 * less. A row is counted for the most probable label among those whose probability reaches their
 * threshold. If that is another label than the given one, and more probable, the row is found.
 *
 * Probabilities must be out of sample: a model is too sure of the labels that it was trained on.
 */
export function labelErrors(rows: readonly PredictedRow[], labels: number): LabelErrors {
  const sums = Array.from({ length: labels }, () => ({ sum: 0, count: 0 }));
  for (const { given, probabilities } of rows) {
    sums[given]!.sum += probabilities[given]!;
    sums[given]!.count++;
  }
  const thresholds = sums.map(({ sum, count }) => (count === 0 ? null : sum / count));
  const found = rows.flatMap(({ given, probabilities }, row): LabelError[] => {
    const reached = probabilities.flatMap((probability, label) => {
      const threshold = thresholds[label] ?? Infinity;
      return probability >= threshold ? [{ label, probability }] : [];
    });
    if (reached.length === 0) return [];
    const { label: suggested } = reached.reduce((a, b) => (b.probability > a.probability ? b : a));
    const margin = probabilities[suggested]! - probabilities[given]!;
    return suggested !== given && margin > 0 ? [{ row, suggested, margin }] : [];
  });
  return { thresholds, found: found.sort((a, b) => b.margin - a.margin || a.row - b.row) };
}

/** Probabilities from logits in float32, in the order of the labels. */
export function probabilitiesOf(logits: readonly number[]): number[] {
  return scoresOf(Float32Array.from(logits), 'softmax');
}
