import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { tokensInRange } from './window.js';

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
 * pieces, so that words with a common beginning follow each other.
 */
export type LongWords = readonly WordsOfLength[];

/** Number of words that are spelled in one go, so that a long list does not make one huge text. */
const AT_A_TIME = 2000;

/**
 * Spells each word behind `context`, as `Place` does, and keeps those of several pieces. Words with
 * unknown characters are left out.
 */
export function spellLongWords(
  tokenizer: Tokenizer,
  words: Iterable<string>,
  context: string,
): LongWords {
  const found = PIECE_COUNTS.map((pieces) => ({
    pieces,
    entries: [] as { word: string; ids: Int32Array }[],
  }));
  const unique = [...new Set(words)];
  for (let from = 0; from < unique.length; from += AT_A_TIME) {
    const part = unique.slice(from, from + AT_A_TIME);
    spellEach(tokenizer, part, context).forEach((ids, i) => {
      if (ids === null || ids.some((id) => tokenizer.isSpecial(id))) return;
      const entry = { word: part[i]!, ids };
      found.find(({ pieces }) => pieces === ids.length)?.entries.push(entry);
    });
  }
  return found.map(({ pieces, entries }) => {
    entries.sort((a, b) => comparePieces(a.ids, b.ids));
    const ids = new Int32Array(entries.length * pieces);
    entries.forEach((entry, i) => {
      ids.set(entry.ids, i * pieces);
    });
    return { pieces, words: entries.map(({ word }) => word), ids };
  });
}

/** Spells many words in one text, each behind its own copy of the context. */
function spellEach(
  tokenizer: Tokenizer,
  words: readonly string[],
  context: string,
): (Int32Array | null)[] {
  const starts: number[] = [];
  let text = '';
  for (const word of words) {
    text += context === '' ? '\n' : context;
    starts.push(text.length);
    text += `${word} `;
  }
  const encoding = tokenizer.encode(text);
  let token = 0;
  const most = Math.max(...PIECE_COUNTS);
  return words.map((word, i) => {
    const start = starts[i]!;
    while (token < encoding.ids.length && encoding.ends[token]! <= start) token++;
    const rest = {
      starts: encoding.starts.subarray(token, token + most + 1),
      ends: encoding.ends.subarray(token, token + most + 1),
    };
    const range = tokensInRange(rest, { start, end: start + word.length });
    if (range === null || rest.starts[range.start]! < start) return null;
    return encoding.ids.slice(token + range.start, token + range.end);
  });
}

function comparePieces(a: Int32Array, b: Int32Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}

const cache = new WeakMap<Tokenizer, WeakMap<readonly string[], Map<string, LongWords>>>();

/** Spells a list once per tokenizer and context. The list must not change. */
export function longWordsOf(
  tokenizer: Tokenizer,
  words: readonly string[],
  context: string,
): LongWords {
  let lists = cache.get(tokenizer);
  if (lists === undefined) cache.set(tokenizer, (lists = new WeakMap()));
  let contexts = lists.get(words);
  if (contexts === undefined) lists.set(words, (contexts = new Map<string, LongWords>()));
  let known = contexts.get(context);
  if (known === undefined) {
    known = spellLongWords(tokenizer, words, context);
    contexts.set(context, known);
  }
  return known;
}
