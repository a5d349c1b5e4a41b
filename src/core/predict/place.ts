import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { tokenKinds } from './tokenKinds.js';
import { tokensInRange } from './window.js';

/** What may stand at a place in a text. */
export interface Place {
  /** Tokens that are words there. */
  allows(id: number): boolean;
  /** The tokens of a word that stands there; null where the model cannot spell it. */
  spell(word: string): Int32Array | null;
}

const IN_WORD = /[\p{L}\p{N}]$/u;
const WHITE_SPACE = /\s/;
/** A word of its own for every tokenizer. */
const SOME_WORD = 'a';
/** What a word may follow without a space, and no token has before letters. */
const OPENING = '\u2018';

/**
 * The place at `start` of a text, by what stands before it. Where tokens tell of the space before
 * them (`Ġword` beside `word`), words behind a space are those that do, others those that do not.
 * Otherwise pieces of words fit only right behind a letter, as in `un[MASK]`.
 */
export function placeAt(tokenizer: Tokenizer, text: string, start: number): Place {
  const before = text.slice(Math.max(0, start - 2), start);
  const kinds = tokenKinds(tokenizer);
  if (!tokenizer.marksSpaces) {
    const continuesWord = IN_WORD.test(before);
    return {
      allows: (id) => kinds.wordStart[id] === 1 || (continuesWord && kinds.continuation[id] === 1),
      spell: (word) => spellBehind(tokenizer, '', word),
    };
  }
  const last = before.slice(-1);
  const context = last === '' ? '' : WHITE_SPACE.test(last) ? SOME_WORD + last : OPENING;
  const [first] = spellBehind(tokenizer, context, SOME_WORD) ?? [];
  const kind =
    first !== undefined && tokenizer.isContinuation(first) ? 'continuation' : 'wordStart';
  return {
    allows: (id) => kinds[kind][id] === 1,
    spell: (word) => spellBehind(tokenizer, context, word),
  };
}

/** Tests for the tokens that could be a word where a word begins with the token `first`. */
export function candidatesLike(tokenizer: Tokenizer, first: number): (id: number) => boolean {
  const { wordStart, continuation } = tokenKinds(tokenizer);
  const isUnmarked = tokenizer.marksSpaces && tokenizer.isContinuation(first);
  return isUnmarked ? (id) => continuation[id] === 1 : (id) => wordStart[id] === 1;
}

function spellBehind(tokenizer: Tokenizer, context: string, word: string): Int32Array | null {
  const encoding = tokenizer.encode(context + word);
  const start = context.length;
  const range = tokensInRange(encoding, { start, end: start + word.length });
  if (range === null || encoding.starts[range.start]! < start) return null;
  const ids = encoding.ids.slice(range.start, range.end);
  return ids.some((id) => tokenizer.isSpecial(id)) ? null : ids;
}
