import { normalQuantile } from './distributions.js';
import { CONFIDENCE, type Interval } from './intervals.js';
import type { ItemComparison } from './pairedItems.js';
import type { SeedComparison } from './pairedSeeds.js';
import { ALPHA, detectableDifference, POWER } from './power.js';

/**
 * Conclusion from a comparison whose differences are gains: positive is better.
 *
 * `better`, `worse`: the interval excludes 0 and the adjusted p-value is below 0.05.
 * `equal`: the interval lies within ± the margin set beforehand.
 * `tooFewSeeds`: no result could have had a p-value below 0.05; `floor` is the smallest possible.
 * `unresolved`: no detectable difference; `detectable` would have been found in four of five cases.
 * `uncorrected`: the interval excludes 0, but the p-value is not below 0.05 after correction.
 */
export type Verdict =
  | { readonly kind: 'better' | 'worse' | 'equal' | 'uncorrected' }
  | { readonly kind: 'tooFewSeeds'; readonly floor: number }
  | { readonly kind: 'unresolved'; readonly detectable: number };

export interface VerdictOptions {
  /** P-value after Holm's correction. */
  readonly adjustedP: number;
  /** Number of comparisons that the correction is for. */
  readonly comparisons: number;
  /** Largest difference that makes no practical difference; null if none was set beforehand. */
  readonly margin: number | null;
}

/** Verdict on a setting, from its gains per seed. */
export function verdictOnSeeds(
  { n, interval, deviation, floor }: SeedComparison,
  { adjustedP, comparisons, margin }: VerdictOptions,
): Verdict {
  const clear = clearVerdict(interval, adjustedP, margin);
  if (clear !== null) return clear;
  const adjustedFloor = Math.min(1, floor * comparisons);
  if (adjustedFloor >= ALPHA) return { kind: 'tooFewSeeds', floor: adjustedFloor };
  if (comparisons > 1 && excludesZero(interval)) return { kind: 'uncorrected' };
  const alpha = ALPHA / comparisons;
  return {
    kind: 'unresolved',
    detectable: detectableDifference(n, deviation ?? Infinity, { alpha }),
  };
}

/** Verdict on a trained model, from its gains per item. */
export function verdictOnItems(
  { interval }: ItemComparison,
  { adjustedP, comparisons, margin }: VerdictOptions,
): Verdict {
  const clear = clearVerdict(interval, adjustedP, margin);
  if (clear !== null) return clear;
  if (comparisons > 1 && excludesZero(interval)) return { kind: 'uncorrected' };
  const reach = normalQuantile((1 + CONFIDENCE) / 2);
  const error = (interval.high - interval.low) / (2 * reach);
  const corrected = normalQuantile(1 - ALPHA / comparisons / 2);
  return { kind: 'unresolved', detectable: error * (corrected + normalQuantile(POWER)) };
}

function excludesZero(interval: Interval | null): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

function clearVerdict(
  interval: Interval | null,
  adjustedP: number,
  margin: number | null,
): Verdict | null {
  if (interval === null) return null;
  if (adjustedP < ALPHA && interval.low > 0) return { kind: 'better' };
  if (adjustedP < ALPHA && interval.high < 0) return { kind: 'worse' };
  if (margin !== null && interval.low > -margin && interval.high < margin) return { kind: 'equal' };
  return null;
}
