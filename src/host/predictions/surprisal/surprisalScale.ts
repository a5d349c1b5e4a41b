/** Limits of the threshold in bits, and its default. */
export const THRESHOLD = { minimum: 1, maximum: 30, default: 8 } as const;

/** Thresholds that the quick pick offers. */
export const COMMON_THRESHOLDS = [4, 6, 8, 10, 13, 16, 20] as const;

/** Bits above the threshold from which each shade is used, weakest first. */
const STEPS = [0, 2, 5, 8, 12] as const;

/** Theme colors of the shades, contributed by `package.json`. */
export const SHADE_COLORS = STEPS.map((_, shade) => `masklab.surprisal${shade + 1}`);

/** Minimum number of bits of each shade, weakest first. */
export function shadeBounds(threshold: number): number[] {
  return STEPS.map((step) => threshold + step);
}

/** Index of the shade for a number of bits, or −1 for no shade. */
export function shadeOf(bits: number, bounds: readonly number[]): number {
  return bounds.findLastIndex((from) => bits >= from);
}

/** Number of words of each shade. */
export function shadeCounts(
  words: readonly { readonly bits: number }[],
  bounds: readonly number[],
): number[] {
  const counts = bounds.map(() => 0);
  for (const { bits } of words) {
    const shade = shadeOf(bits, bounds);
    if (shade >= 0) counts[shade]!++;
  }
  return counts;
}

/** The odds that a number of bits stands for: 8 bits are 1 in 256. */
export function oddsOf(bits: number): number {
  return Math.round(2 ** bits);
}
