import * as z from 'zod';
import type { TextRange } from '../text/words.js';
import { resultKey } from './keptResults.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import type { Encoding } from '../tokenizer/tokenizer.js';
import { distributionsOf } from './predictedDistributions.js';
import { packMasks, type PackedRow } from './packMasks.js';
import { bitsOf, surprisalBits } from './probabilities.js';
import { runPasses, type AbortState } from './runRows.js';
import { paragraphAround, unreadIn } from './unreadText.js';
import { roomOf, tokensInRange, windowAround, type TokenRange } from './window.js';

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

interface WordPlace {
  readonly found: TokenRange;
  readonly window: TokenRange;
}

/** One piece of a word and all later ones, which are masked to predict it. */
interface PieceMask extends TokenRange {
  readonly word: number;
}

/**
 * Computes the surprisal of each given word from left to right over its pieces, with all later
 * pieces masked (PLL-word-l2r; Kauf & Ivanova 2023, arXiv:2305.10588).
 *
 * Default: only that word is masked, in a context window of 64 tokens. With `isPacked`, other words
 * are masked in the same pass, at least 8 tokens away, in windows of up to 128 tokens: about a
 * quarter of the time.
 */
export async function scoreWords(
  model: MaskedLanguageModel,
  request: {
    readonly text: string;
    readonly words: readonly TextRange[];
    readonly isPacked?: boolean | undefined;
  },
  signal?: AbortState,
): Promise<ScoredWord[]> {
  const { tokenizer } = model;
  const encoding = tokenizer.encode(request.text);
  const tokenCount = encoding.ids.length;
  const room = roomOf(model, CONTEXT_TOKENS);
  const placeOf = async (word: TextRange): Promise<WordPlace | null> => {
    const found = await readableTokens(model, encoding, { text: request.text, word, room });
    return found === null ? null : { found, window: windowAround(tokenCount, found, room) };
  };
  const placesOf = await Promise.all(request.words.map(placeOf));
  const sources = firstWithSameTokens(placesOf);
  const alone: PackedRow<PieceMask>[] = placesOf.flatMap((place, word) =>
    place === null || sources[word] !== word
      ? []
      : masksOf(place.found, word).map((mask) => ({ window: place.window, masks: [mask] })),
  );
  const rows =
    request.isPacked === true
      ? packMasks(
          alone.flatMap(({ masks }) => masks),
          { tokenCount, room: roomOf(model) },
        )
      : alone;
  const scores = await scoreRows(model, rows, { ids: encoding.ids, signal });
  const sums = request.words.map(() => ({ surprisal: 0, entropy: 0 }));
  rows.forEach(({ masks }, row) => {
    masks.forEach(({ word }, at) => {
      sums[word]!.surprisal += scores[row]![2 * at]!;
      sums[word]!.entropy += scores[row]![2 * at + 1]!;
    });
  });
  return request.words.map(({ start, end }, word) => {
    if (placesOf[word] === null) return { start, end, surprisal: null, entropy: null };
    const { surprisal, entropy } = sums[sources[word]!]!;
    return { start, end, surprisal: surprisalBits(-surprisal), entropy: bitsOf(entropy) };
  });
}

/** The first place with the tokens of each place: words that share a token are scored once. */
function firstWithSameTokens(places: readonly (WordPlace | null)[]): number[] {
  const first = new Map<string, number>();
  return places.map((place, word) => {
    if (place === null) return word;
    const tokens = `${place.found.start} ${place.found.end}`;
    const source = first.get(tokens) ?? word;
    first.set(tokens, source);
    return source;
  });
}

const scoresSchema = z.array(z.number());

/**
 * Surprisal and entropy (nats) of each mask of each row, one after the other. Rows whose results are kept
 * are not run.
 */
async function scoreRows(
  model: MaskedLanguageModel,
  rows: readonly PackedRow<PieceMask>[],
  { ids, signal }: { readonly ids: Int32Array; readonly signal: AbortState | undefined },
): Promise<readonly (readonly number[])[]> {
  const masked = rows.map((row) => maskedRow(row, ids, model.tokenizer.special.mask));
  const written = rows.map(({ masks }) => masks.map(({ start }) => ids[start]!));
  const keys = masked.map((row, i) => resultKey('row', row.ids, row.positions, written[i]!));
  const scores = keys.map((key) => model.kept?.get(key, scoresSchema) ?? null);
  const missing = [...keys.keys()].filter((row) => scores[row] === null);
  const found = missing.map((row) => new Array<number>(2 * written[row]!.length));
  await runPasses(
    model,
    missing.map((row) => masked[row]!),
    {
      read: async (logits, places) => {
        const { normalizers, entropies } = await distributionsOf(model, logits, places.length);
        const vocabulary = logits.length / places.length;
        places.forEach(({ row, at }, i) => {
          const logit = logits[i * vocabulary + written[missing[row]!]![at]!]!;
          found[row]![2 * at] = normalizers[i]! - logit;
          found[row]![2 * at + 1] = entropies[i]!;
        });
      },
      signal,
    },
  );
  missing.forEach((row, i) => {
    scores[row] = found[i]!;
    model.kept?.set(keys[row]!, found[i]!);
  });
  return scores.map((row) => row!);
}

/**
 * Tokens of a word; `null` if it has more than `room`, is not in the model's vocabulary, or is in a script
 * or language that the model never read.
 */
export async function readableTokens(
  model: MaskedLanguageModel,
  encoding: Encoding,
  { text, word, room }: { readonly text: string; readonly word: TextRange; readonly room: number },
): Promise<TokenRange | null> {
  const found = tokensInRange(encoding, word);
  if (found === null || found.end - found.start > room) return null;
  const pieceIds = encoding.ids.subarray(found.start, found.end);
  if (pieceIds.some((id) => model.tokenizer.isSpecial(id))) return null;
  const window = windowAround(encoding.ids.length, found, room);
  const ids = encoding.ids.subarray(window.start, window.end);
  const written = text.slice(word.start, word.end);
  const paragraph = paragraphAround(text, word);
  const unread = await unreadIn(model, { text: written, ids, paragraph });
  return unread === null ? found : null;
}

/** Masks that predict the pieces of a word from left to right. */
function masksOf({ start, end }: TokenRange, word: number): PieceMask[] {
  return Array.from({ length: end - start }, (_, piece) => ({ start: start + piece, end, word }));
}

function maskedRow(
  { window, masks }: PackedRow<PieceMask>,
  ids: Int32Array,
  maskId: number,
): { ids: Int32Array; positions: number[] } {
  const masked = ids.slice(window.start, window.end);
  for (const { start, end } of masks) {
    masked.fill(maskId, start - window.start, end - window.start);
  }
  return { ids: masked, positions: masks.map(({ start }) => start - window.start) };
}
