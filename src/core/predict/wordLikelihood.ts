import { logProbability } from './probabilities.js';
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
