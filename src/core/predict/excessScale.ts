import * as z from 'zod';
import type { ScoredWord } from './scoreWords.js';

/** Percentiles whose excess surprisal a scale holds. */
export const SCALE_PERCENTILES = [50, 60, 70, 80, 85, 90, 92, 94, 95, 96, 97, 98, 99] as const;

/** Fewest words of which percentiles are computed. */
const FEWEST_WORDS = 300;

export const excessScaleSchema = z.object({
  /** Number of words of the distribution. */
  words: z.int().min(1),
  /** Excess surprisal in bits at each of `SCALE_PERCENTILES`. */
  quantiles: z.array(z.number()).length(SCALE_PERCENTILES.length).readonly(),
  /** Mean in bits of what words above the last quantile have beyond it. */
  tail: z.number().min(0),
});

/** Distribution of the excess surprisal of words under one model. */
export type ExcessScale = z.infer<typeof excessScaleSchema>;

/**
 * Excess surprisal in bits: surprisal minus the entropy of the predictions, by which words can be
 * compared whose places allow more or less. `null` for a word that the model cannot read.
 */
export function excessOf({ surprisal, entropy }: ScoredWord): number | null {
  return surprisal === null || entropy === null ? null : surprisal - entropy;
}

/** Distribution of excess surprisals (bits); `null` if there are fewer than 300. */
export function excessScaleOf(excesses: readonly number[]): ExcessScale | null {
  if (excesses.length < FEWEST_WORDS) return null;
  const sorted = excesses.toSorted((a, b) => a - b);
  const quantiles = SCALE_PERCENTILES.map((percentile) => quantileOf(sorted, percentile));
  const last = quantiles.at(-1)!;
  const beyond = sorted.filter((excess) => excess > last).map((excess) => excess - last);
  const tail = beyond.reduce((sum, excess) => sum + excess, 0) / Math.max(1, beyond.length);
  return { words: sorted.length, quantiles, tail };
}

/**
 * Excess surprisal in bits at a percentile from 50 to below 100. Linear between the quantiles;
 * beyond the last one, the tail is exponential, which a few thousand words determine better than
 * their largest values do (peaks over threshold; Pickands 1975, with shape 0).
 */
export function excessAt({ quantiles, tail }: ExcessScale, percentile: number): number {
  const above = SCALE_PERCENTILES.findIndex((known) => known >= percentile);
  if (above === 0) return quantiles[0]!;
  if (above < 0) {
    const last = SCALE_PERCENTILES.at(-1)!;
    return quantiles.at(-1)! + tail * Math.log((100 - last) / (100 - percentile));
  }
  const [from, to] = [SCALE_PERCENTILES[above - 1]!, SCALE_PERCENTILES[above]!];
  const share = (percentile - from) / (to - from);
  return quantiles[above - 1]! * (1 - share) + quantiles[above]! * share;
}

/** Quantile of sorted values with linear interpolation (type 7 of Hyndman & Fan 1996). */
function quantileOf(sorted: readonly number[], percentile: number): number {
  const at = (percentile / 100) * (sorted.length - 1);
  const below = Math.floor(at);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (next - sorted[below]!) * (at - below);
}
