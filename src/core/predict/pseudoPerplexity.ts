import type { ScoredWord } from './scoreWords.js';

/** Pseudo-perplexity of a text per word, with the number of words it is computed from. */
export interface PseudoPerplexity {
  readonly perplexity: number;
  /** Mean surprisal of a word. */
  readonly bitsPerWord: number;
  readonly words: number;
}

/**
 * Pseudo-perplexity per word: 2 to the power of the mean surprisal (bits) of the words that the
 * model can read, scored by PLL-word-l2r (Kauf & Ivanova 2023, arXiv:2305.10588). Salazar et
 * al. 2020 (arXiv:1910.14659) divide by tokens; words make models with other vocabularies
 * comparable. `null` without such words.
 */
export function pseudoPerplexity(words: readonly ScoredWord[]): PseudoPerplexity | null {
  let bits = 0;
  let count = 0;
  for (const { surprisal } of words) {
    if (surprisal === null) continue;
    bits += surprisal;
    count++;
  }
  if (count === 0) return null;
  const bitsPerWord = bits / count;
  return { perplexity: 2 ** bitsPerWord, bitsPerWord, words: count };
}
