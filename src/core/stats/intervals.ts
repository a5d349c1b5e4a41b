import { normalQuantile, studentTCdf, studentTQuantile } from './distributions.js';

/** Interval at a confidence level. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Mean of several values with its spread. */
export interface MeanEstimate {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation with n − 1 in its denominator; null for a single value. */
  readonly deviation: number | null;
  /** Confidence interval of the mean by Student's t with n − 1 degrees of freedom; null for one value. */
  readonly interval: Interval | null;
}

export const CONFIDENCE = 0.95;

/** Estimates the mean behind a sample. Throws `RangeError` for an empty one. */
export function estimateMean(values: readonly number[], level = CONFIDENCE): MeanEstimate {
  const n = values.length;
  if (n === 0) throw new RangeError('the mean of nothing');
  const mean = meanOf(values);
  if (n === 1) return { n, mean, deviation: null, interval: null };
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1),
  );
  const reach = (quantileOf((1 + level) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, deviation, interval: { low: mean - reach, high: mean + reach } };
}

/** Two-sided p-value of Student's t-test that a mean is 0; 1 for a single value. */
export function meanP({ n, mean, deviation }: MeanEstimate): number {
  if (deviation === null || mean === 0) return 1;
  if (deviation === 0) return 0;
  return 2 * studentTCdf((-Math.abs(mean) * Math.sqrt(n)) / deviation, n - 1);
}

/** Quantiles that were computed, by level and degrees of freedom: curves need the same one for each point. */
const quantiles = new Map<string, number>();
const MAX_QUANTILES = 1000;

function quantileOf(p: number, degrees: number): number {
  const key = `${p} ${degrees}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  const quantile = studentTQuantile(p, degrees);
  if (quantiles.size < MAX_QUANTILES) quantiles.set(key, quantile);
  return quantile;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Wilson's score interval of a share of `hits` in `n` (Wilson 1927); [0, 1] for none. */
export function wilsonInterval(hits: number, n: number, level = CONFIDENCE): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + level) / 2);
  const share = hits / n;
  const center = share + (z * z) / (2 * n);
  const reach = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    low: hits === 0 ? 0 : (center - reach) / scale,
    high: hits === n ? 1 : (center + reach) / scale,
  };
}
