import { randomStream, type RandomKey } from '../random.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Row } from './runRows.js';

/** Of the tokens to predict (Devlin et al. 2019, arXiv:1810.04805); all others stay as they are. */
export const BERT_REPLACEMENT = { mask: 0.8, random: 0.1 } as const;

/** A sequence with masked tokens, and their original ids. */
export interface MaskedSequence {
  readonly row: Row;
  readonly originals: readonly number[];
}

/**
 * Masks a share of the tokens of a sequence at random, at least one. The same ids, rate and draw give
 * the same masks. `null` if there is nothing to mask.
 */
export function maskAtRandom(
  tokenizer: Tokenizer,
  tokens: Int32Array,
  { rate, draw }: { readonly rate: number; readonly draw: readonly RandomKey[] },
): MaskedSequence | null {
  const ids = tokens.slice();
  const random = randomStream(...draw);
  const candidates = [...ids.keys()].filter((i) => !tokenizer.isSpecial(ids[i]!));
  if (candidates.length === 0) return null;
  const chosen = candidates.filter(() => random() < rate);
  const positions = chosen.length > 0 ? chosen : [candidates[0]!];
  const originals = positions.map((position) => ids[position]!);
  for (const position of positions) {
    const drawn = random();
    if (drawn < BERT_REPLACEMENT.mask) ids[position] = tokenizer.special.mask;
    else if (drawn < BERT_REPLACEMENT.mask + BERT_REPLACEMENT.random) {
      ids[position] = Math.floor(random() * tokenizer.vocabularySize);
    }
  }
  return { row: { ids, positions }, originals };
}
