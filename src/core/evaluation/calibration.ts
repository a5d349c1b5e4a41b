/** A predicted probability, and whether the prediction was right. */
export interface Judged {
  readonly probability: number;
  readonly isRight: boolean;
}

/** Predictions with probabilities above `low`, up to `high`. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means over the predictions; `null` without any. */
  readonly meanProbability: number | null;
  readonly shareRight: number | null;
}

export interface Calibration {
  readonly bins: CalibrationBin[];
  /**
   * Expected calibration error: mean distance between the probability and the share of right predictions
   * of a bin, weighted by its count (Naeini et al. 2015).
   */
  readonly error: number;
}

const BINS = 10;

/** Collects probabilities in bins of equal width, in constant memory. */
export class CalibrationBins {
  private readonly counts = new Float64Array(BINS);
  private readonly probabilities = new Float64Array(BINS);
  private readonly right = new Float64Array(BINS);

  add({ probability, isRight }: Judged): void {
    // A probability on an edge belongs to the lower bin, as in scikit-learn.
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(probability * BINS) - 1));
    this.counts[bin]!++;
    this.probabilities[bin]! += probability;
    if (isRight) this.right[bin]!++;
  }

  /** `null` without a prediction. */
  calibration(): Calibration | null {
    const total = this.counts.reduce((a, b) => a + b, 0);
    if (total === 0) return null;
    const bins = Array.from(this.counts, (count, i): CalibrationBin => {
      const limits = { low: i / BINS, high: (i + 1) / BINS, count };
      return count === 0
        ? { ...limits, meanProbability: null, shareRight: null }
        : {
            ...limits,
            meanProbability: this.probabilities[i]! / count,
            shareRight: this.right[i]! / count,
          };
    });
    const error = bins.reduce(
      (sum, { count, meanProbability, shareRight }) =>
        meanProbability === null || shareRight === null
          ? sum
          : sum + (count / total) * Math.abs(meanProbability - shareRight),
      0,
    );
    return { bins, error };
  }
}
