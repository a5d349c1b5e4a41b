import { BUNDLED_SCALE } from '../../../core/predict/bundledScale.js';
import { excessAt, type ExcessScale } from '../../../core/predict/excessScale.js';

/** Limits of the percentile from which words are shaded, and its default. */
export const PERCENTILE = { minimum: 50, maximum: 99, default: 96 } as const;

/** Percentiles that the quick pick offers. */
export const COMMON_PERCENTILES = [80, 90, 92, 96, 98, 99] as const;

const SHADES = 6;

/** Theme colors of the shades, contributed by `package.json`. */
export const SHADE_COLORS = Array.from({ length: SHADES }, (_, at) => `masklab.surprisal${at + 1}`);

/**
 * Words that percentiles are relative to: those of ordinary English under this model, or under the
 * bundled model until they are scored under this one, or the words of the document itself for a
 * model that does not read English; the bundled model's again for a document that is too short.
 */
export type ScaleSource = 'model' | 'pending' | 'document' | 'short';

export interface ShadingScale {
  readonly scale: ExcessScale;
  readonly source: ScaleSource;
}

/** Scale until that of a model is known. */
export const PENDING_SCALE: ShadingScale = { scale: BUNDLED_SCALE, source: 'pending' };

/** Percentiles of the shades, weakest first: each step leaves half as many words. */
export function shadePercentiles(percentile: number): number[] {
  return SHADE_COLORS.map((_, shade) => 100 - (100 - percentile) / 2 ** shade);
}

/** Minimum excess surprisal in bits of each shade, weakest first. */
export function shadeBounds(percentile: number, { scale }: ShadingScale): number[] {
  return shadePercentiles(percentile).map((each) => excessAt(scale, each));
}

/** Index of the shade for an excess surprisal in bits, or −1 for no shade. */
export function shadeOf(excess: number, bounds: readonly number[]): number {
  return bounds.findLastIndex((from) => excess >= from);
}

/** Number of words of each shade. */
export function shadeCounts(
  words: readonly { readonly excess: number }[],
  bounds: readonly number[],
): number[] {
  const counts = bounds.map(() => 0);
  for (const { excess } of words) {
    const shade = shadeOf(excess, bounds);
    if (shade >= 0) counts[shade]!++;
  }
  return counts;
}

/** One word in how many is at or above a percentile: 25 for 96. */
export function oneIn(percentile: number): number {
  return Math.round(100 / (100 - percentile));
}
