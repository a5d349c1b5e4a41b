import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** What a token of a vocabulary can stand for; indexed by token id, 1 for yes. */
export interface TokenKinds {
  /** A whole word, or the start of one: neither special, nor a continuation, nor pure punctuation. */
  readonly wordStart: Uint8Array;
  /** Goes on with a word, or begins one that has no space before it: letters or digits. */
  readonly continuation: Uint8Array;
}

const HAS_LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Stands for bytes that are no whole character. */
const BROKEN = '\uFFFD';
const cache = new WeakMap<Tokenizer, TokenKinds>();

/** Classifies a vocabulary once and remembers it for as long as the tokenizer lives. */
export function tokenKinds(tokenizer: Tokenizer): TokenKinds {
  const known = cache.get(tokenizer);
  if (known !== undefined) return known;
  const size = tokenizer.vocabularySize;
  const kinds: TokenKinds = {
    wordStart: new Uint8Array(size),
    continuation: new Uint8Array(size),
  };
  for (let id = 0; id < size; id++) {
    if (tokenizer.isSpecial(id)) continue;
    const text = tokenizer.readable(id);
    if (!HAS_LETTER_OR_DIGIT.test(text) || text.includes(BROKEN)) continue;
    (tokenizer.isContinuation(id) ? kinds.continuation : kinds.wordStart)[id] = 1;
  }
  cache.set(tokenizer, kinds);
  return kinds;
}
