import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** Kinds of the tokens of a vocabulary. */
export interface TokenKinds {
  /** Whether a token is a word or the start of one: not special, and not only punctuation. */
  readonly isWordStart: (id: number) => boolean;
  /** Whether it has letters or digits that continue a word or begin one without a preceding space. */
  readonly isContinuation: (id: number) => boolean;
}

const HAS_LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Most words of most models; quick, as Unicode classes are not. */
const HAS_ASCII_LETTER = /[A-Za-z]/;
/** Replacement character of bytes that are an incomplete character. */
const BROKEN = '\uFFFD';
const cache = new WeakMap<Tokenizer, TokenKinds>();

const UNKNOWN = 0;
const OTHER = 1;
const WORD_START = 2;
const CONTINUATION = 3;
/** Not a continuation, and not yet told from words. */
const NOT_CONTINUATION = 4;

/** Classifies tokens when they are asked for: a first prediction asks for few of a vocabulary. */
export function tokenKinds(tokenizer: Tokenizer): TokenKinds {
  let kinds = cache.get(tokenizer);
  if (kinds === undefined) {
    const known = new Uint8Array(tokenizer.vocabularySize);
    // A model can have more ids than its tokenizer has tokens.
    const kindOf = (id: number): number => {
      let kind = known[id] ?? OTHER;
      if (kind === UNKNOWN || kind === NOT_CONTINUATION) {
        known[id] = kind = classified(tokenizer, id);
      }
      return kind;
    };
    kinds = {
      isWordStart: (id) => kindOf(id) === WORD_START,
      // Most tokens begin words, which the tokenizer tells sooner than their texts do.
      isContinuation: (id) => {
        if (known[id] === UNKNOWN && !tokenizer.isContinuation(id)) known[id] = NOT_CONTINUATION;
        return known[id] !== NOT_CONTINUATION && kindOf(id) === CONTINUATION;
      },
    };
    cache.set(tokenizer, kinds);
  }
  return kinds;
}

function classified(tokenizer: Tokenizer, id: number): number {
  if (tokenizer.isSpecial(id)) return OTHER;
  const text = tokenizer.readable(id);
  const isWord = HAS_ASCII_LETTER.test(text) || HAS_LETTER_OR_DIGIT.test(text);
  if (!isWord || text.includes(BROKEN)) return OTHER;
  return tokenizer.isContinuation(id) ? CONTINUATION : WORD_START;
}
