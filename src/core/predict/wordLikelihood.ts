import { logProbability, normalizerAndEntropy } from './probabilities.js';
import type { Row } from './runRows.js';
import type { TokenRange } from './window.js';

/**
 * Rows for the probability of a word by the within-word left-to-right chain rule, PLL-word-l2r
 * (Kauf & Ivanova 2023, arXiv:2305.10588): row i predicts piece i, with piece i and all later
 * pieces of the word masked. With plain pseudo-log-likelihood, the pieces of a word would reveal
 * each other.
 *
 * `ids` is a sequence without special tokens; `word` is the range of the pieces in it.
 */
export function wordRows(ids: ArrayLike<number>, word: TokenRange, maskId: number): Row[] {
  const rows: Row[] = [];
  for (let piece = word.start; piece < word.end; piece++) {
    const masked = Int32Array.from(ids);
    masked.fill(maskId, piece, word.end);
    rows.push({ ids: masked, positions: [piece] });
  }
  return rows;
}

/** Natural log-probability of the word from the logits at `wordRows`, one per piece. */
export function wordLogProbability(
  logits: readonly Float32Array[],
  pieceIds: ArrayLike<number>,
): number {
  return logits.reduce((sum, row, i) => sum + logProbability(row, pieceIds[i]!), 0);
}

/**
 * Surprisal of a word, and how much surprisal its place allows: the sum over its pieces of the entropy
 * of their predictions, from the same rows. Both in nats. The difference, the excess, is 0 on
 * average for words that the model itself would write.
 */
export function wordSurprisal(
  logits: readonly Float32Array[],
  pieceIds: ArrayLike<number>,
): { readonly surprisal: number; readonly entropy: number } {
  let surprisal = 0;
  let entropy = 0;
  logits.forEach((row, i) => {
    const facts = normalizerAndEntropy(row);
    surprisal += facts.normalizer - row[pieceIds[i]!]!;
    entropy += facts.entropy;
  });
  return { surprisal, entropy };
}
