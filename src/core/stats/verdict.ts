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
 * `insignificant`: the interval excludes 0, but the adjusted p-value is not below 0.05.
 */
export type Verdict =
  | { readonly kind: 'better' | 'worse' | 'equal' | 'insignificant' }
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

/** Fewest seeds that can show that two settings are practically equal. */
const LEAST_EQUAL_SEEDS = 3;

export interface SeedVerdictOptions extends VerdictOptions {
  /** Interval over seeds and rows, which the detectable difference follows from. Default: over seeds. */
  readonly spread?: Interval | null;
}

/** Verdict on a setting, from its gains per seed. */
export function verdictOnSeeds(
  { n, interval, deviation, floor }: SeedComparison,
  { adjustedP, comparisons, margin, spread = null }: SeedVerdictOptions,
): Verdict {
  // Two seeds without any difference say little about a third one.
  const clear = clearVerdict(interval, adjustedP, n < LEAST_EQUAL_SEEDS ? null : margin);
  if (clear !== null) return clear;
  const adjustedFloor = Math.min(1, floor * comparisons);
  if (adjustedFloor >= ALPHA) return { kind: 'tooFewSeeds', floor: adjustedFloor };
  if (excludesZero(interval)) return { kind: 'insignificant' };
  if (spread !== null) return { kind: 'unresolved', detectable: detectableBy(spread, comparisons) };
  const level = { alpha: ALPHA / comparisons, test: 'signFlip' } as const;
  return { kind: 'unresolved', detectable: detectableDifference(n, deviation ?? Infinity, level) };
}

/** Verdict on a trained model, from its gains per item. */
export function verdictOnItems(
  { interval }: ItemComparison,
  { adjustedP, comparisons, margin }: VerdictOptions,
): Verdict {
  const clear = clearVerdict(interval, adjustedP, margin);
  if (clear !== null) return clear;
  if (excludesZero(interval)) return { kind: 'insignificant' };
  return { kind: 'unresolved', detectable: detectableBy(interval, comparisons) };
}

/** Difference that is found in four of five cases with the standard error that an interval shows. */
function detectableBy({ low, high }: Interval, comparisons: number): number {
  const error = (high - low) / (2 * normalQuantile((1 + CONFIDENCE) / 2));
  return error * (normalQuantile(1 - ALPHA / comparisons / 2) + normalQuantile(POWER));
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
