/** Token ids with their place in the source text. All arrays have one entry a token. */
export interface Encoding {
  readonly ids: Int32Array;
  /**
   * UTF-16 offsets into the text that was encoded: token i covers `[starts[i], ends[i])`.
   *
   * The white space around a token is not part of it: `Ġword` and `▁word` cover the word alone, so
   * that hovering a word finds its tokens. A token that is nothing but white space covers that; one
   * that stands for nothing in the text (a marker put before the first word) covers nothing. Tokens
   * that are bytes of one character each cover all of it.
   */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /**
   * Index of the word that token i is a piece of; pieces of one word are adjacent. A word is what
   * the tokenizer takes for one; where that is no more than what stands between spaces, words and
   * punctuation marks, and Chinese and Japanese tokens, are told apart.
   */
  readonly wordIds: Int32Array;
}

export interface SpecialTokens {
  readonly pad: number;
  /** Null where every text can be spelled. */
  readonly unknown: number | null;
  /** The first and the last token of a framed sequence. */
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
}

/** One or two sequences with the special tokens that the model expects around them. */
export interface FramedSequence {
  readonly ids: Int32Array;
  /** Which segment each token is of: `token_type_ids`. */
  readonly typeIds: Int32Array;
  /** Where the tokens of each sequence begin. */
  readonly offsets: readonly number[];
}

/** A tokenizer aligned to characters. Ids equal those of the reference implementation. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** The text of the mask token, e.g. `[MASK]`. Where it stands in a text it is one mask token. */
  readonly maskToken: string;
  /**
   * Tokens that begin a word carry the space before it, as `Ġword` and `▁word`; a word without a
   * space before it is spelled with continuations.
   */
  readonly marksSpaces: boolean;
  /** Special tokens that `frame` adds, and `framePair`. */
  readonly frameSize: number;
  readonly pairFrameSize: number;
  /** Encodes without framing; special tokens written in the text are found. */
  encode(text: string): Encoding;
  frame(ids: ArrayLike<number>): FramedSequence;
  framePair(first: ArrayLike<number>, second: ArrayLike<number>): FramedSequence;
  tokenToId(token: string): number | undefined;
  /** Throws a `RangeError` outside the vocabulary. */
  idToToken(id: number): string;
  /** True for ids that `[UNK]`-like and added special tokens have, and for those without a token. */
  isSpecial(id: number): boolean;
  /** True for a token that does not begin a word behind a space, e.g. `##ing`, or `ing` beside `Ġing`. */
  isContinuation(id: number): boolean;
  /** The token's text as a person reads it: `##ing` → `ing`, `Ġword` → `word`. */
  readable(id: number): string;
}
