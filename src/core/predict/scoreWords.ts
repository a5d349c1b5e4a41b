import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { bitsOf, normalizerAndEntropy, surprisalBits } from './probabilities.js';
import { mapRows, type AbortState, type Row } from './runRows.js';
import { paragraphAround, unreadIn } from './unreadText.js';
import { roomOf, tokensInRange, windowAround } from './window.js';
import { wordRows } from './wordLikelihood.js';

export interface ScoredWord {
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** Bits; `null` if the word is not in the model's vocabulary, or in a script that it never read. */
  readonly surprisal: number | null;
  /**
   * Bits that the place allows: the entropy of the predictions of the word's pieces. `null` as
   * `surprisal` is. The difference of the two is the excess surprisal.
   */
  readonly entropy: number | null;
}

/** Tokens of context per word, so that the cost of a long text is linear in its words. */
const CONTEXT_TOKENS = 64;

/**
 * Computes the surprisal of each given word, with only that word masked (PLL-word-l2r) and a
 * context window of 64 tokens.
 */
export async function scoreWords(
  model: MaskedLanguageModel,
  request: {
    readonly text: string;
    readonly words: readonly { readonly start: number; readonly end: number }[];
  },
  signal?: AbortState,
): Promise<ScoredWord[]> {
  const { tokenizer } = model;
  const encoding = tokenizer.encode(request.text);
  const room = roomOf(model, CONTEXT_TOKENS);
  const rows: Row[] = [];
  const pieceOfRow: number[] = [];
  const plans = request.words.map((word) => {
    const found = tokensInRange(encoding, word);
    if (found === null || found.end - found.start > room) return null;
    const pieceIds = encoding.ids.subarray(found.start, found.end);
    if (pieceIds.some((id) => tokenizer.isSpecial(id))) return null;
    const window = windowAround(encoding.ids.length, found, room);
    const ids = encoding.ids.subarray(window.start, window.end);
    const written = request.text.slice(word.start, word.end);
    const paragraph = paragraphAround(request.text, word);
    if (unreadIn(model, { text: written, ids, paragraph }) !== null) return null;
    const place = { start: found.start - window.start, end: found.end - window.start };
    const first = rows.length;
    rows.push(...wordRows(ids, place, tokenizer.special.mask));
    pieceOfRow.push(...pieceIds);
    return { first, end: rows.length };
  });
  const scores = await mapRows(model, rows, {
    read: (logits, row) => {
      const { normalizer, entropy } = normalizerAndEntropy(logits);
      return { surprisal: normalizer - logits[pieceOfRow[row]!]!, entropy };
    },
    signal,
  });
  return request.words.map(({ start, end }, index) => {
    const plan = plans[index] ?? null;
    if (plan === null) return { start, end, surprisal: null, entropy: null };
    const pieces = scores.slice(plan.first, plan.end).map(([score]) => score!);
    const nats = pieces.reduce((sum, { surprisal }) => sum + surprisal, 0);
    const entropy = pieces.reduce((sum, piece) => sum + piece.entropy, 0);
    return { start, end, surprisal: surprisalBits(-nats), entropy: bitsOf(entropy) };
  });
}
