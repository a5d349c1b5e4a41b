import { isUnspaced } from '../text/spacedWords.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { tokenKinds } from './tokenKinds.js';
import { tokensInRange } from './window.js';

/** A position in a text at which tokens are predicted. */
export interface Place {
  /** Kind of the tokens that are words at this position. */
  readonly kind: 'start' | 'continuation' | 'both';
  /** Whether a token is a word at this position. */
  allows(id: number): boolean;
  /**
   * Text behind which words are spelled as at this position; `null` behind a letter, where a word
   * continues.
   */
  readonly context: string | null;
  /** Tokens of a word at this position, or `null` if the model cannot spell it. */
  spell(word: string): Int32Array | null;
}

/** Marks are parts of letters: accents that are written apart, vowels of Indian scripts. */
const IN_WORD = /[\p{L}\p{M}\p{N}]$/u;
const WHITE_SPACE = /\s/;
/** A word in the vocabulary of every tokenizer. */
const SOME_WORD = 'a';
/** A character that words can follow without a space, and that no token has before letters. */
const OPENING = '\u2018';

/**
 * Determines the position at `start` from the text before it. If tokens mark the preceding space
 * (`Ġword` and `word`), marked tokens are words after a space and unmarked ones elsewhere.
 * Otherwise, word pieces are allowed only right after a letter, as in `un[MASK]`.
 */
export function placeAt(tokenizer: Tokenizer, text: string, start: number): Place {
  const before = text.slice(Math.max(0, start - 2), start);
  const kinds = tokenKinds(tokenizer);
  if (!tokenizer.marksSpaces) {
    const continuesWord = IN_WORD.test(before);
    return {
      kind: continuesWord ? 'both' : 'start',
      allows: (id) => kinds.isWordStart(id) || (continuesWord && kinds.isContinuation(id)),
      context: isInWord(before) ? null : '',
      spell: (word) => spellBehind(tokenizer, '', word),
    };
  }
  const last = before.slice(-1);
  const context = last === '' ? '' : WHITE_SPACE.test(last) ? SOME_WORD + last : OPENING;
  const [first] = spellBehind(tokenizer, context, SOME_WORD) ?? [];
  const isContinued = first !== undefined && tokenizer.isContinuation(first);
  return {
    kind: isContinued ? 'continuation' : 'start',
    allows: isContinued ? kinds.isContinuation : kinds.isWordStart,
    context: isInWord(before) ? null : context,
    spell: (word) => spellBehind(tokenizer, context, word),
  };
}

/**
 * Returns a test for tokens that can be a word in the place of one that begins with token `first`.
 */
export function candidatesLike(tokenizer: Tokenizer, first: number): (id: number) => boolean {
  const kinds = tokenKinds(tokenizer);
  const isUnmarked = tokenizer.marksSpaces && tokenizer.isContinuation(first);
  return isUnmarked ? kinds.isContinuation : kinds.isWordStart;
}

/** A word can begin behind any letter of a script without spaces. */
function isInWord(before: string): boolean {
  return IN_WORD.test(before) && !isUnspaced(Array.from(before.slice(-2)).at(-1)!);
}

function spellBehind(tokenizer: Tokenizer, context: string, word: string): Int32Array | null {
  const encoding = tokenizer.encode(context + word);
  const start = context.length;
  const range = tokensInRange(encoding, { start, end: start + word.length });
  if (range === null || encoding.starts[range.start]! < start) return null;
  const ids = encoding.ids.slice(range.start, range.end);
  return ids.some((id) => tokenizer.isSpecial(id)) ? null : ids;
}
