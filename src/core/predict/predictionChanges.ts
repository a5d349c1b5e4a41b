import type { TextRange } from '../text/words.js';
import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { packMasks, type PackedRow } from './packMasks.js';
import { candidatesLike } from './place.js';
import { jensenShannonBits, logProbability, surprisalBits, topTokens } from './probabilities.js';
import { mapRows, runRows, type AbortState, type Row } from './runRows.js';
import { readableTokens, scoreWords } from './scoreWords.js';
import { roomOf, windowAround, type TokenRange } from './window.js';

/**
 * Measure of a change: the Jensen–Shannon divergence of the two predictions over the vocabulary, or,
 * for models with different tokens, the difference of the surprisals of the present word. Both in bits.
 */
export const CHANGE_MEASURES = ['jensenShannon', 'surprisal'] as const;
export type ChangeMeasure = (typeof CHANGE_MEASURES)[number];

/** Prediction of a word by one model. */
export interface PredictedWord {
  /** The most probable word in its place; `null` if no token is a word there. */
  readonly best: { readonly word: string; readonly probability: number } | null;
  /** Surprisal of the present word, in bits. */
  readonly surprisal: number;
}

export interface PredictionChange extends TextRange {
  /** Bits. */
  readonly change: number;
  readonly before: PredictedWord;
  readonly after: PredictedWord;
}

export interface PredictionChanges {
  readonly measure: ChangeMeasure;
  /** Words that both models can read, in the order of the request. */
  readonly words: readonly PredictionChange[];
}

export interface ChangesRequest {
  readonly text: string;
  readonly words: readonly TextRange[];
  /** Whether words are masked together where they are far apart, as by `scoreWords`. */
  readonly isPacked: boolean;
}

/** Rows whose logits of the first model are kept for the second. */
const ROWS_AT_ONCE = 16;

/** A word by its index in the request, and its tokens. */
interface WordMask extends TokenRange {
  readonly word: number;
}

/**
 * Compares what two models predict in the place of each word. One mask replaces the whole word, as for
 * the candidates of hovers; surprisals are those of `scoreWords`.
 */
export async function predictionChanges(
  { before, after }: { readonly before: MaskedLanguageModel; readonly after: MaskedLanguageModel },
  request: ChangesRequest,
  signal?: AbortState,
): Promise<PredictionChanges> {
  const [first, second] = [await planOf(before, request), await planOf(after, request)];
  const isShared =
    haveSameTokens(before.tokenizer, after.tokenizer) &&
    first.encoding.ids.every((id, i) => second.encoding.ids[i] === id);
  const known = request.words.flatMap((_, word) =>
    first.masks[word] != null && second.masks[word] != null ? [word] : [],
  );
  const compared = isShared
    ? await comparePlaces({ before: first, after: second }, { request, known, signal })
    : null;
  const [was, is] = compared
    ? [compared.before, compared.after]
    : [
        await predictPlaces(first, { request, known, signal }),
        await predictPlaces(second, { request, known, signal }),
      ];
  const [surprisalWas, surprisalIs] = [
    await surprisals(first, { request, known, places: was, signal }),
    await surprisals(second, { request, known, places: is, signal }),
  ];
  return {
    measure: compared ? 'jensenShannon' : 'surprisal',
    words: known.map((word) => {
      const [old, now] = [surprisalWas.get(word)!, surprisalIs.get(word)!];
      return {
        start: request.words[word]!.start,
        end: request.words[word]!.end,
        change: compared?.divergences.get(word) ?? Math.abs(now - old),
        before: { best: was.get(word)!.best, surprisal: old },
        after: { best: is.get(word)!.best, surprisal: now },
      };
    }),
  };
}

/** A model with the tokens of a text. */
interface Plan {
  readonly model: MaskedLanguageModel;
  readonly encoding: Encoding;
  readonly room: number;
  /** By word; `null` for one that the model cannot read. */
  readonly masks: readonly (WordMask | null)[];
}

interface Asked {
  readonly request: ChangesRequest;
  /** Words that are compared, by index. */
  readonly known: readonly number[];
  readonly signal: AbortState | undefined;
}

/** Prediction in the place of a word; the log-probability of a word of one token. */
interface PredictedPlace {
  readonly best: PredictedWord['best'];
  readonly logProbability: number | null;
}
type Places = ReadonlyMap<number, PredictedPlace>;

async function planOf(model: MaskedLanguageModel, { text, words }: ChangesRequest): Promise<Plan> {
  const encoding = model.tokenizer.encode(text);
  const room = roomOf(model);
  const maskOf = async (range: TextRange, word: number): Promise<WordMask | null> => {
    const found = await readableTokens(model, encoding, { text, word: range, room });
    return found === null ? null : { ...found, word };
  };
  const masks = await Promise.all(words.map(maskOf));
  return { model, encoding, room, masks };
}

async function predictPlaces(plan: Plan, { request, known, signal }: Asked): Promise<Places> {
  const places = new Map<number, PredictedPlace>();
  const rows = rowsOf(plan, known, request);
  await mapRows(
    plan.model,
    rows.map((row) => maskedRow(plan, row)),
    {
      read: (logits, row, at) => {
        const mask = rows[row]!.masks[at]!;
        places.set(mask.word, placeOf(plan, logits, mask));
      },
      signal,
    },
  );
  return places;
}

/** The predictions of two models with the same tokens, and their divergences by word. */
async function comparePlaces(
  { before, after }: { readonly before: Plan; readonly after: Plan },
  { request, known, signal }: Asked,
): Promise<{ before: Places; after: Places; divergences: ReadonlyMap<number, number> } | null> {
  const found = {
    before: new Map<number, PredictedPlace>(),
    after: new Map<number, PredictedPlace>(),
    divergences: new Map<number, number>(),
  };
  // Both models read the same rows, so they need room in both.
  const room = Math.min(before.room, after.room);
  const rows = rowsOf({ ...before, room }, known, request);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    const masked = some.map((row) => maskedRow(before, row));
    const kept = await runRows(before.model, masked, signal);
    let differing = 0;
    await mapRows(after.model, masked, {
      read: (logits, row, at) => {
        const mask = some[row]!.masks[at]!;
        const other = kept[row]![at]!;
        if (other.length !== logits.length) differing++;
        if (differing > 0) return;
        found.before.set(mask.word, placeOf(before, other, mask));
        found.after.set(mask.word, placeOf(after, logits, mask));
        found.divergences.set(mask.word, jensenShannonBits(other, logits));
      },
      signal,
    });
    // The tables of two models can be padded to different sizes.
    if (differing > 0) return null;
  }
  return found;
}

function rowsOf(
  { encoding, room, masks }: Plan,
  known: readonly number[],
  { isPacked }: ChangesRequest,
): PackedRow<WordMask>[] {
  const tokenCount = encoding.ids.length;
  const wanted = known.map((word) => masks[word]!);
  if (isPacked) return packMasks(wanted, { tokenCount, room });
  return wanted.map((mask) => ({ window: windowAround(tokenCount, mask, room), masks: [mask] }));
}

/** A window in which one mask replaces each masked word, whatever its tokens. */
function maskedRow({ model, encoding }: Plan, { window, masks }: PackedRow<WordMask>): Row {
  const ids: number[] = [];
  const positions: number[] = [];
  let at = window.start;
  for (const { start, end } of masks) {
    ids.push(...encoding.ids.subarray(at, start));
    positions.push(ids.length);
    ids.push(model.tokenizer.special.mask);
    at = end;
  }
  ids.push(...encoding.ids.subarray(at, window.end));
  return { ids, positions };
}

function placeOf(
  { model: { tokenizer }, encoding }: Plan,
  logits: Float32Array,
  { start, end }: WordMask,
): PredictedPlace {
  const first = encoding.ids[start]!;
  const [best] = topTokens(logits, { topK: 1, allowed: candidatesLike(tokenizer, first) });
  return {
    best:
      best === undefined
        ? null
        : { word: tokenizer.readable(best.id).trim(), probability: best.probability },
    logProbability: end - start === 1 ? logProbability(logits, first) : null,
  };
}

/** Surprisals in bits by word; words of several tokens need more rows. */
async function surprisals(
  { model }: Plan,
  { request, known, places, signal }: Asked & { readonly places: Places },
): Promise<ReadonlyMap<number, number>> {
  const long = known.filter((word) => places.get(word)!.logProbability === null);
  const words = long.map((word) => request.words[word]!);
  const { text, isPacked } = request;
  const scored =
    words.length === 0 ? [] : await scoreWords(model, { text, words, isPacked }, signal);
  const ofLong = new Map(long.map((word, i) => [word, scored[i]!.surprisal]));
  return new Map(
    known.map((word) => {
      const log = places.get(word)!.logProbability;
      return [word, log === null ? (ofLong.get(word) ?? Infinity) : surprisalBits(log)];
    }),
  );
}

const sameTokens = new WeakMap<Tokenizer, WeakMap<Tokenizer, boolean>>();

/** Whether each id is the same token for both. */
function haveSameTokens(first: Tokenizer, second: Tokenizer): boolean {
  if (first === second) return true;
  const known = sameTokens.get(first) ?? new WeakMap<Tokenizer, boolean>();
  sameTokens.set(first, known);
  const answer = known.get(second) ?? compareTokens(first, second);
  known.set(second, answer);
  return answer;
}

function compareTokens(first: Tokenizer, second: Tokenizer): boolean {
  if (first.vocabularySize !== second.vocabularySize) return false;
  for (let id = 0; id < first.vocabularySize; id++) {
    const isKnown = first.hasToken(id);
    if (isKnown !== second.hasToken(id)) return false;
    if (isKnown && first.idToToken(id) !== second.idToToken(id)) return false;
  }
  return true;
}
