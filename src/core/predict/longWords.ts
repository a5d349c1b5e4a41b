import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Numbers of pieces of the words that are proposed. A model says little about more masks in a row. */
export const PIECE_COUNTS = [2, 3, 4] as const;

export type PieceCount = (typeof PIECE_COUNTS)[number];

/** Words of one number of pieces. */
export interface WordsOfLength {
  readonly pieces: number;
  readonly words: readonly string[];
  /** [words.length * pieces]: the piece ids of each word. */
  readonly ids: Int32Array;
}

/**
 * Words of several pieces for one tokenizer, one entry for each of `PIECE_COUNTS`, sorted by their
 * first piece, so that words with a common beginning follow each other.
 */
export type LongWords = readonly WordsOfLength[];

/** Pieces of the words of a list, in the order of the list. */
export interface SpelledWords {
  /** Number of pieces of each word; 0 for words that are not proposed. */
  readonly counts: Uint8Array;
  /** Piece ids of all words one after the other. */
  readonly ids: Int32Array;
}

/** A list of words that is spelled when it is asked for, or was spelled before. The words must not change. */
export type WordList = readonly string[] | SpelledWordList;

/** A list whose words may have yet to be spelled. */
export interface SpelledWordList {
  /** Identifies the words and how they are spelled; `null` for words that are identified by themselves. */
  readonly id: string | null;
  /** The words of several pieces behind `context`; `null` if they are not spelled yet. */
  longWords(tokenizer: Tokenizer, context: string): LongWords | null;
}

/** Number of words that are spelled in one go, so that a long list does not make one huge text. */
const AT_A_TIME = 2000;

/**
 * Spells each word behind `context`, as `Place` does, and keeps those of several pieces. Words with
 * unknown characters are left out.
 */
export function spellLongWords(
  tokenizer: Tokenizer,
  words: readonly string[],
  context: string,
): LongWords {
  const steps = spellWords(tokenizer, words, context);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return longWordsIn(words, value);
  }
}

/** The same in steps, so that others can have a turn between them. */
export function* spellWords(
  tokenizer: Tokenizer,
  words: readonly string[],
  context: string,
): Generator<void, SpelledWords, void> {
  const counts = new Uint8Array(words.length);
  let ids = new Int32Array(2 * words.length);
  let length = 0;
  const seen = new Set<string>();
  for (let from = 0; from < words.length; from += AT_A_TIME) {
    const part = words.slice(from, from + AT_A_TIME);
    const most = length + MOST_PIECES * part.length;
    if (most > ids.length) {
      const grown = new Int32Array(Math.max(most, 2 * ids.length));
      grown.set(ids);
      ids = grown;
    }
    length = spellPart(tokenizer, part, { context, from, counts, ids, length, seen });
    yield;
  }
  return { counts, ids: ids.slice(0, length) };
}

const MOST_PIECES = Math.max(...PIECE_COUNTS);
const FEWEST_PIECES = Math.min(...PIECE_COUNTS);

/** Spells many words in one text, each behind its own copy of the context. Returns the length of `ids`. */
function spellPart(
  tokenizer: Tokenizer,
  words: readonly string[],
  to: {
    readonly context: string;
    readonly from: number;
    readonly counts: Uint8Array;
    readonly ids: Int32Array;
    readonly length: number;
    readonly seen: Set<string>;
  },
): number {
  const { from, counts, ids, seen } = to;
  const before = to.context === '' ? '\n' : to.context;
  const encoding = tokenizer.encode(words.map((word) => `${before}${word} `).join(''));
  const { starts, ends } = encoding;
  let { length } = to;
  let token = 0;
  let end = 0;
  words.forEach((word, i) => {
    const start = end + before.length;
    end = start + word.length;
    while (token < starts.length && ends[token]! <= start) token++;
    let first = -1;
    let last = -1;
    for (let at = token; at < starts.length && starts[at]! < end; at++) {
      if (ends[at]! <= start || ends[at] === starts[at]) continue;
      if (first < 0) first = at;
      last = at;
    }
    // The space behind the word.
    end++;
    const count = first < 0 ? 0 : last + 1 - first;
    // A token that begins before the word also spells what is there.
    const isOwn = count >= FEWEST_PIECES && count <= MOST_PIECES && starts[first]! >= start;
    if (!isOwn || seen.has(word)) return;
    for (let piece = 0; piece < count; piece++) {
      const id = encoding.ids[first + piece]!;
      if (tokenizer.isSpecial(id)) return;
      ids[length + piece] = id;
    }
    seen.add(word);
    counts[from + i] = count;
    length += count;
  });
  return length;
}

/** Indices of words are below this, in keys that sort words by their first piece. */
const MOST_LISTED = 2 ** 24;

/** Words by their numbers of pieces, from a list and the pieces of its words. */
export function longWordsIn(words: readonly string[], { counts, ids }: SpelledWords): LongWords {
  const sizes = new Int32Array(MOST_PIECES + 1);
  for (let i = 0; i < counts.length; i++) sizes[counts[i]!]!++;
  // The first piece, then the place in the list: numbers are sorted faster than objects.
  const keys = Array.from(sizes, (size) => new Float64Array(size));
  const starts = new Int32Array(counts.length);
  const filled = new Int32Array(sizes.length);
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    starts[i] = at;
    if (count > 0) keys[count]![filled[count]!++] = ids[at]! * MOST_LISTED + i;
    at += count;
  }
  return PIECE_COUNTS.map((pieces) => {
    const order = keys[pieces]!.sort();
    const sorted = new Int32Array(order.length * pieces);
    const found = new Array<string>(order.length);
    for (let i = 0; i < order.length; i++) {
      const index = order[i]! % MOST_LISTED;
      const start = starts[index]!;
      for (let piece = 0; piece < pieces; piece++) sorted[i * pieces + piece] = ids[start + piece]!;
      found[i] = words[index]!;
    }
    return { pieces, words: found, ids: sorted };
  });
}

const cache = new WeakMap<Tokenizer, WeakMap<readonly string[], Map<string, LongWords>>>();

function spelledBefore(tokenizer: Tokenizer, words: readonly string[]): Map<string, LongWords> {
  let lists = cache.get(tokenizer);
  if (lists === undefined) cache.set(tokenizer, (lists = new WeakMap()));
  let contexts = lists.get(words);
  if (contexts === undefined) lists.set(words, (contexts = new Map<string, LongWords>()));
  return contexts;
}

/** Spells a list once per tokenizer and context; `null` if it is a list that is not spelled yet. */
export function longWordsOf(
  tokenizer: Tokenizer,
  list: WordList,
  context: string,
): LongWords | null {
  if ('longWords' in list) return list.longWords(tokenizer, context);
  const contexts = spelledBefore(tokenizer, list);
  let known = contexts.get(context);
  if (known === undefined) {
    known = spellLongWords(tokenizer, list, context);
    contexts.set(context, known);
  }
  return known;
}
