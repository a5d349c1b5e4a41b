import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Kinds of tokens by token id; 1 if the token is of that kind. */
export interface TokenKinds {
  /**
   * A whole word or the start of one: not special, not a continuation, and not only punctuation.
   */
  readonly wordStart: Uint8Array;
  /** Letters or digits that continue a word or begin one without a preceding space. */
  readonly continuation: Uint8Array;
}

const HAS_LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Replacement character of bytes that are an incomplete character. */
const BROKEN = '\uFFFD';
const cache = new WeakMap<Tokenizer, TokenKinds>();

/** Classifies a vocabulary and caches the result with the tokenizer. */
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
