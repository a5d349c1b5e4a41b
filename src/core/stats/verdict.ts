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
 */
export type Verdict =
  | { readonly kind: 'better' | 'worse' | 'equal' }
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
  return { kind: 'unresolved', detectable: detectableDifference(n, deviation ?? Infinity) };
}

/** Verdict on a trained model, from its gains per item. */
export function verdictOnItems(
  { interval }: ItemComparison,
  { adjustedP, margin }: VerdictOptions,
): Verdict {
  const clear = clearVerdict(interval, adjustedP, margin);
  if (clear !== null) return clear;
  const reach = normalQuantile((1 + CONFIDENCE) / 2);
  const error = (interval.high - interval.low) / (2 * reach);
  return { kind: 'unresolved', detectable: error * (reach + normalQuantile(POWER)) };
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
