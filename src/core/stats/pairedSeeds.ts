import { randomStream } from '../random.js';
import { estimateMean, type MeanEstimate } from './intervals.js';

/**
 * Comparison of two settings that were trained with the same seeds, splits and order: whether the
 * *setting* is better, not whether two particular models are.
 */
export interface SeedComparison extends MeanEstimate {
  /** Differences per seed, in the order given. */
  readonly differences: readonly number[];
  /** Two-sided p-value of the sign-flip test (Fisher 1935; Pitman 1937). */
  readonly p: number;
  /** Smallest p-value that this number of seeds can give. */
  readonly floor: number;
  /** Seeds with a positive, a negative and no difference. */
  readonly positive: number;
  readonly negative: number;
  readonly ties: number;
}

/** Up to this many seeds all 2ⁿ sign flips are counted. */
const MAX_EXACT_SEEDS = 16;
const SAMPLED_FLIPS = 100_000;

/**
 * Compares by the differences per seed. Throws `RangeError` for none. `seed` names the random flips
 * that are drawn if there are too many to count.
 */
export function comparePairedSeeds(differences: readonly number[], seed = 0): SeedComparison {
  const countOf = (is: (difference: number) => boolean): number => differences.filter(is).length;
  return {
    ...estimateMean(differences),
    differences,
    p: signFlipP(differences, seed),
    floor: signFlipFloor(differences.length),
    positive: countOf((difference) => difference > 0),
    negative: countOf((difference) => difference < 0),
    ties: countOf((difference) => difference === 0),
  };
}

/** Smallest two-sided p-value of the exact sign-flip test with `n` pairs: 2/2ⁿ. */
export function signFlipFloor(n: number): number {
  return n <= MAX_EXACT_SEEDS ? Math.min(1, 2 / 2 ** n) : 1 / (SAMPLED_FLIPS + 1);
}

/**
 * Two-sided p-value: share of sign flips whose absolute sum is at least the observed one. Exact up
 * to 16 pairs, beyond that (1 + hits)/(1 + flips) over 100,000 random flips.
 */
export function signFlipP(differences: readonly number[], seed = 0): number {
  if (differences.some(Number.isNaN)) return 1;
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  // Sums of the same numbers in another order differ in their last bits.
  const threshold = observed - 1e-12 * differences.reduce((sum, d) => sum + Math.abs(d), 0);
  if (differences.length > MAX_EXACT_SEEDS) return sampledP(differences, threshold, seed);
  const flips = 2 ** differences.length;
  let hits = 0;
  for (let signs = 0; signs < flips; signs++) {
    let sum = 0;
    for (const [i, value] of differences.entries()) sum += (signs >> i) & 1 ? -value : value;
    if (Math.abs(sum) >= threshold) hits++;
  }
  return hits / flips;
}

function sampledP(differences: readonly number[], threshold: number, seed: number): number {
  const random = randomStream('sign flips', seed);
  let hits = 0;
  for (let flip = 0; flip < SAMPLED_FLIPS; flip++) {
    let sum = 0;
    for (const value of differences) sum += random() < 0.5 ? -value : value;
    if (Math.abs(sum) >= threshold) hits++;
  }
  return (1 + hits) / (1 + SAMPLED_FLIPS);
}
