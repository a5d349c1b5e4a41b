import { mix } from '../../random.js';

/**
 * Words, or single characters in scripts without spaces between words. Marks belong to the letter
 * before them.
 */
const UNIT =
  /([\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]\p{M}*)|[\p{L}\p{N}]\p{M}*(?:(?![\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}])[\p{L}\p{N}]\p{M}*)*/gu;

const WORD_WEIGHT = 2;
const CHARACTER_WEIGHT = 1;
const SHINGLE_WEIGHT = 6;

/** A 64-bit hash of each shingle of a text, as two arrays of 32 bits; shingles can repeat. */
export interface Shingles {
  readonly high: readonly number[];
  readonly low: readonly number[];
}

/**
 * Overlapping shingles of a text: three words, six characters of a script without spaces, or an
 * equivalent mix (Broder 1997 uses words). Case, compatibility forms, punctuation and white space are
 * ignored. A shorter text is one shingle; a text without letters and digits is hashed without its
 * white space.
 */
export function shinglesOf(text: string): Shingles {
  const high: number[] = [];
  const low: number[] = [];
  const weights: number[] = [];
  const folded = text.normalize('NFKC').toLowerCase();
  for (const { 0: unit, 1: character } of folded.matchAll(UNIT)) {
    high.push(hash(unit, 0x9747b28c));
    low.push(hash(unit, 0x3c6ef372));
    weights.push(character === undefined ? WORD_WEIGHT : CHARACTER_WEIGHT);
  }
  if (weights.length === 0) {
    const rest = folded.replaceAll(/\s+/g, '');
    return { high: [hash(rest, 1)], low: [hash(rest, 2)] };
  }
  return combined({ high, low }, weights);
}

function combined({ high, low }: Shingles, weights: readonly number[]): Shingles {
  const shingles: { high: number[]; low: number[] } = { high: [], low: [] };
  for (let first = 0; first < weights.length; first++) {
    let weight = 0;
    let [a, b] = [0, 0];
    for (let i = first; i < weights.length && weight < SHINGLE_WEIGHT; i++) {
      weight += weights[i]!;
      a = mix(a ^ high[i]!);
      b = mix(b ^ low[i]!);
    }
    if (weight < SHINGLE_WEIGHT && first > 0) break;
    shingles.high.push(a);
    shingles.low.push(b);
  }
  return shingles;
}

function hash(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x5bd1e995);
    h ^= h >>> 15;
  }
  return mix(h ^ text.length);
}
