import { UNKNOWN_PIECE, type PieceLattice } from './pieceLattice.js';
import type { Training } from './training.js';

export interface ScoredPieces {
  readonly texts: readonly string[];
  /** Log-probabilities; `-Infinity` for removed pieces. */
  readonly scores: Float64Array;
}

const WORDS_A_STEP = 10_000;

/**
 * Numbers of the `size` pieces whose removal would cost the most likelihood, as in SentencePiece
 * (Kudo 2018, section 3.2): the occurrences of a removed piece in the best segmentations are
 * spelled with the next best pieces. Pieces without an alternative are kept; pieces in no best
 * segmentation are removed.
 */
export function* prunedPieces(
  { texts, scores }: ScoredPieces,
  lattice: PieceLattice,
  { words, size }: { words: ReadonlyMap<string, number>; size: number },
): Training<number[]> {
  const frequencies = new Float64Array(texts.length);
  let total = 0;
  let wordTotal = 0;
  let done = 0;
  for (const [word, count] of words) {
    if (++done % WORDS_A_STEP === 0) yield { phase: 'estimating', done, total: words.size };
    wordTotal += count;
    for (const piece of lattice.best(word)?.pieces ?? []) {
      if (piece === UNKNOWN_PIECE) continue;
      frequencies[piece]! += count;
      total += count;
    }
  }
  const kept: number[] = [];
  const candidates: { piece: number; loss: number }[] = [];
  for (const [piece, text] of texts.entries()) {
    if (scores[piece] === -Infinity) continue;
    const frequency = frequencies[piece]!;
    const other = lattice.best(text, { without: true });
    if (other === null || isOneCharacter(text)) kept.push(piece);
    else if (frequency === 0) continue;
    else {
      const newTotal = Math.log(total + frequency * (other.pieces.length - 1));
      const before = Math.log(frequency) - Math.log(total);
      const after = other.pieces.reduce((sum, part) => {
        const own = part === UNKNOWN_PIECE ? 0 : frequencies[part]!;
        return sum + Math.log(own + frequency) - newTotal;
      }, 0);
      candidates.push({ piece, loss: (frequency / wordTotal) * (before - after) });
    }
  }
  candidates.sort((a, b) => b.loss - a.loss || a.piece - b.piece);
  const room = Math.max(0, size - kept.length);
  return [...kept, ...candidates.slice(0, room).map(({ piece }) => piece)];
}

function isOneCharacter(text: string): boolean {
  return text.length === (text.codePointAt(0)! > 0xffff ? 2 : 1);
}
