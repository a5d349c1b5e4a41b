import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { PIECE_COUNTS, type LongWords, type PieceCount, type WordsOfLength } from './longWords.js';
import type { Candidate } from './candidate.js';
import { logSumExp } from './probabilities.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import { tokenKinds } from './tokenKinds.js';
import { roomOf, windowAround, type TokenRange } from './window.js';

/**
 * Frequency of content words of several pieces relative to those of one. Counted with the bundled
 * tokenizer on documents that its model never read: 77.8% of content words have one piece, 14.4%
 * two, 5.5% three, 1.7% four.
 */
const PRIOR: Readonly<Record<PieceCount, number>> = { 2: 0.185, 3: 0.071, 4: 0.022 };

/** Words that are scored exactly per number of pieces. */
const BEAM: Readonly<Record<PieceCount, number>> = { 2: 8, 3: 4, 4: 2 };

/**
 * Nats by which the second piece, and each further one, is taken to gain at most from the pieces before
 * it being in place. Of the first eight candidates at 400 places of held-out text, 1 of 3,200 is
 * lost by it with the bundled model, and 4 instead of 16 rows are run a place.
 */
const MOST_GAIN = { second: 6, further: 2 } as const;

/** Rows that replace a range of a text by two and more masks, with the positions of the masks. */
export function longWordRows(
  model: MaskedLanguageModel,
  ids: ArrayLike<number>,
  range: TokenRange,
): Row[] {
  return PIECE_COUNTS.map((pieces) => {
    const spelled = Int32Array.from([
      ...Array.from(ids).slice(0, range.start),
      ...new Array<number>(pieces).fill(model.tokenizer.special.mask),
      ...Array.from(ids).slice(range.end),
    ]);
    const place = { start: range.start, end: range.start + pieces };
    const window = windowAround(spelled.length, place, roomOf(model));
    return {
      ids: spelled.subarray(window.start, window.end),
      positions: Array.from({ length: pieces }, (_, i) => place.start - window.start + i),
    };
  });
}

interface Hypothesis {
  readonly word: string;
  readonly ids: Int32Array;
  /** Row with all pieces masked. */
  readonly row: Row;
  /** Log-probability (nats) of the first piece. */
  readonly first: number;
  /** With the other pieces as if they were independent. */
  readonly estimate: number;
  /** Whether the later pieces are marked as such, unlike the characters of a Chinese word. */
  readonly isMarked: boolean;
}

/**
 * The most probable words of several pieces in one place. `rows` are those of `longWordRows`, and
 * `places` their predictions.
 *
 * The probability of a word of n pieces is the product of its pieces from left to right, each with the
 * pieces before it in place and those behind it masked (PLL-word-l2r, Kauf & Ivanova 2023,
 * arXiv:2305.10588). Because n masks can also be several words, it is divided by the probability
 * that they are one, and multiplied by the prior of n pieces. Neither applies to
 * the characters of a Chinese or Japanese word, which are tokens like those of one character.
 *
 * The first piece is known from the row with all pieces masked and bounds the product: words whose
 * bound is below `atLeast` are left out without loss, and so are those that even `MOST_GAIN` does not
 * lift to it. Of the others, the `BEAM` best, with their pieces taken as independent, are scored
 * exactly.
 */
export async function proposeLongWords(
  model: MaskedLanguageModel,
  options: {
    readonly lists: readonly LongWords[];
    readonly rows: readonly Row[];
    readonly places: readonly MaskedPlace[];
    /** Probability below which a word is not wanted. */
    readonly atLeast: number;
    readonly signal?: AbortState | undefined;
  },
): Promise<Candidate[]> {
  const { lists, rows, places, signal } = options;
  const least = Math.log(options.atLeast);
  const groups = PIECE_COUNTS.map((pieces, i) => {
    const words = lists.map((list) => list[i]!);
    const place = places[i]!;
    return {
      pieces,
      place,
      hypotheses: hypothesesOf(words, { pieces, row: rows[i]!, place, least }),
    };
  });
  const continued = await continuations(
    model,
    groups.flatMap(({ hypotheses }) => hypotheses),
    signal,
  );
  let at = 0;
  const found = groups.flatMap(({ pieces, place, hypotheses }) => {
    const chains = hypotheses.map(({ first }) => Math.exp(first + continued[at++]!));
    const marked = chains.filter((_, i) => hypotheses[i]!.isMarked);
    // The scored words are some of the ways in which the masks can be one word.
    const oneWord = Math.max(
      place.oneWord,
      marked.reduce((sum, chain) => sum + chain, 0),
    );
    return hypotheses.map(({ word, ids, isMarked }, i) => ({
      word,
      tokens: [...ids],
      probability: isMarked ? (PRIOR[pieces] * chains[i]!) / oneWord : chains[i]!,
    }));
  });
  return found
    .filter(({ probability }) => probability >= options.atLeast)
    .sort((a, b) => b.probability - a.probability);
}

/** Predictions from the logits of `longWordRows`, one for each number of pieces. */
export function placesOf(
  model: MaskedLanguageModel,
  logits: readonly (readonly Float32Array[])[],
): MaskedPlace[] {
  return logits.map((row) => placeOf(model, row));
}

/**
 * First pieces with which a word can be as probable as wanted, for each of `PIECE_COUNTS`; `null` for
 * all.
 */
export type Beginnings = (number[] | null)[];

/** First pieces of the words that `proposeLongWords` can return; words with others change nothing. */
export function beginningsAt(places: readonly MaskedPlace[], atLeast: number): Beginnings {
  return places.map((place, i) => {
    if (atLeast === 0) return null;
    const pieces = PIECE_COUNTS[i]!;
    const least = Math.log(atLeast) - mostScale(pieces, place);
    const open: number[] = [];
    for (let id = 0; id < place.vocabulary; id++) {
      if (place.logProbabilityOf(0, id) >= least) open.push(id);
    }
    return open;
  });
}

/** Logarithm of the largest factor from the probability of a word's pieces to that of the word. */
function mostScale(pieces: PieceCount, { oneWord }: MaskedPlace): number {
  return Math.max(Math.log(PRIOR[pieces] / oneWord), 0);
}

/**
 * Probability of a word of several pieces as `proposeLongWords` computes it. `chain` is the sum of the
 * log-probabilities (nats) of its pieces from left to right, and `logits` those of the row with all of
 * its pieces masked.
 */
export function longWordProbability(
  model: MaskedLanguageModel,
  {
    ids,
    logits,
    chain,
  }: {
    readonly ids: Int32Array;
    readonly logits: readonly Float32Array[];
    readonly chain: number;
  },
): number {
  const place = placeOf(model, logits);
  const pieces = PIECE_COUNTS.find((count) => count === ids.length);
  const probability = Math.exp(chain);
  if (pieces === undefined || !place.areContinuations(ids)) return probability;
  return (PRIOR[pieces] * probability) / Math.max(place.oneWord, probability);
}

function hypothesesOf(
  lists: readonly WordsOfLength[],
  options: {
    readonly pieces: PieceCount;
    readonly row: Row;
    readonly place: MaskedPlace;
    readonly least: number;
  },
): Hypothesis[] {
  const { pieces, row, place, least } = options;
  const scale = Math.log(PRIOR[pieces] / place.oneWord);
  const leastFirst = least - mostScale(pieces, place);
  const gain = MOST_GAIN.second + MOST_GAIN.further * (pieces - 2);
  const best: Hypothesis[] = [];
  for (const { words, ids } of lists) {
    let beginning = -1;
    let first = -Infinity;
    for (let i = 0; i < words.length; i++) {
      const at = i * pieces;
      // Words are sorted by their pieces, so the first piece seldom changes.
      if (ids[at] !== beginning) {
        beginning = ids[at]!;
        first = place.logProbabilityOf(0, beginning);
      }
      if (first < leastFirst) continue;
      const own = ids.subarray(at, at + pieces);
      const isMarked = place.areContinuations(own);
      if (first + (isMarked ? scale : 0) < least) continue;
      let estimate = first;
      for (let piece = 1; piece < pieces; piece++)
        estimate += place.logProbabilityOf(piece, own[piece]!);
      if (estimate + (isMarked ? scale : 0) + gain < least) continue;
      insert(best, BEAM[pieces], { word: words[i]!, ids: own, row, first, estimate, isMarked });
    }
  }
  return best;
}

/** Predictions of the pieces of a word while all of them are masked. */
export interface MaskedPlace {
  /** Number of tokens. */
  readonly vocabulary: number;
  /** Log-probability (nats) of a token as the piece of this index. */
  logProbabilityOf(piece: number, id: number): number;
  /** Whether all pieces but the first are marked as continuations. */
  areContinuations(ids: Int32Array): boolean;
  /** Probability that the masks are one word, with their pieces taken as independent. */
  readonly oneWord: number;
}

/** Keeps a place where one word is all but impossible from making every long word probable. */
const LEAST_ONE_WORD = 1e-3;

function placeOf({ tokenizer }: MaskedLanguageModel, logits: readonly Float32Array[]): MaskedPlace {
  const normalizers = logits.map(logSumExp);
  const kinds = tokenKinds(tokenizer);
  let oneWord = 1;
  for (let piece = 1; piece < logits.length; piece++) {
    const own = logits[piece]!;
    const normalizer = normalizers[piece]!;
    let share = 0;
    for (let id = 0; id < own.length; id++) {
      if (kinds.isContinuation(id)) share += Math.exp(own[id]! - normalizer);
    }
    oneWord *= share;
  }
  return {
    vocabulary: logits[0]!.length,
    logProbabilityOf: (piece, id) => logits[piece]![id]! - normalizers[piece]!,
    areContinuations: (ids) => ids.every((id, i) => i === 0 || kinds.isContinuation(id)),
    oneWord: Math.max(oneWord, LEAST_ONE_WORD),
  };
}

/** Inserts a hypothesis unless it is worse than the `most` best, or is one of them. */
function insert(best: Hypothesis[], most: number, hypothesis: Hypothesis): void {
  const { estimate, word } = hypothesis;
  if (best.length === most && estimate <= best.at(-1)!.estimate) return;
  if (best.some((other) => other.word === word)) return;
  const place = best.findIndex((other) => other.estimate < estimate);
  best.splice(place < 0 ? best.length : place, 0, hypothesis);
  if (best.length > most) best.pop();
}

/** Sum of the log-probabilities (nats) of all pieces but the first, for each word, in one batch. */
async function continuations(
  model: MaskedLanguageModel,
  hypotheses: readonly Hypothesis[],
  signal: AbortState | undefined,
): Promise<number[]> {
  const rows: Row[] = [];
  const rowOf = new Map<string, number>();
  const asked = hypotheses.map(({ ids, row }) =>
    Array.from(ids.subarray(1), (id, i) => {
      const filled = i + 1;
      const key = `${ids.length}:${ids.subarray(0, filled).join(' ')}`;
      let index = rowOf.get(key);
      if (index === undefined) {
        const spelled = Int32Array.from(row.ids);
        spelled.set(ids.subarray(0, filled), row.positions[0]);
        index = rows.push({ ids: spelled, positions: [row.positions[filled]!] }) - 1;
        rowOf.set(key, index);
      }
      return { id, index };
    }),
  );
  const results = (await runRows(model, rows, signal)).map(([logits]) => logits!);
  const normalizers = results.map(logSumExp);
  return asked.map((pieces) =>
    pieces.reduce((sum, { id, index }) => sum + results[index]![id]! - normalizers[index]!, 0),
  );
}
