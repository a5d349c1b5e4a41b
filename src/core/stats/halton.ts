import { randomStream, shuffled, type RandomKey } from '../random.js';

/** The first primes, one base per dimension. */
const BASES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53];

/** Largest number of dimensions of a Halton sequence here. */
export const MAX_DIMENSIONS = BASES.length;

/**
 * Point `index` (from 0) of a scrambled Halton sequence in [0, 1)^`dimensions`: the
 * digits at each position of each base have a random permutation (Owen 2017, A randomized Halton algorithm in R,
 * arXiv:1706.02808). A point depends on `keys` and `index` alone, so a sequence can be extended and
 * computed in any order. Throws `RangeError` beyond `MAX_DIMENSIONS`.
 */
export function haltonPoint(
  index: number,
  { dimensions, keys }: { readonly dimensions: number; readonly keys: readonly RandomKey[] },
): number[] {
  if (dimensions > MAX_DIMENSIONS) throw new RangeError('too many dimensions');
  return BASES.slice(0, dimensions).map((base, dimension) =>
    radicalInverse(index, base, digitPermutations(base, [...keys, dimension])),
  );
}

/** Digits of numbers in [0, 1) in a base, up to the precision of a double. */
export function digitsOf(base: number): number {
  return Math.ceil(54 / Math.log2(base));
}

/** A permutation of the digits for each position. */
export function digitPermutations(base: number, keys: readonly RandomKey[]): number[][] {
  const digits = Array.from({ length: base }, (_, digit) => digit);
  return Array.from({ length: digitsOf(base) }, (_, position) =>
    shuffled(digits, randomStream('halton', ...keys, position)),
  );
}

/** Mirrors the digits of a whole number at the point, each replaced by its position's permutation. */
export function radicalInverse(
  index: number,
  base: number,
  permutations: readonly (readonly number[])[],
): number {
  let [rest, scale, sum] = [index, 1 / base, 0];
  for (const permutation of permutations) {
    sum += permutation[rest % base]! * scale;
    rest = Math.floor(rest / base);
    scale /= base;
  }
  // The last digits may round up to 1.
  return Math.min(sum, 1 - Number.EPSILON / 2);
}
