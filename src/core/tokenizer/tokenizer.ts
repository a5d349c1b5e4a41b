/** Token ids with their source ranges. All arrays have one entry per token. */
export interface Encoding {
  readonly ids: Int32Array;
  /**
   * UTF-16 offsets into the encoded text: token i covers `[starts[i], ends[i])`.
   *
   * Surrounding white space is excluded: `Ġword` and `▁word` cover only the word, so that hovering
   * a word finds its tokens. A token of only white space covers that; a token without source text
   * (a marker before the first word) is empty. Tokens that are bytes of one character each cover
   * the whole character.
   */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /**
   * Word index of token i; pieces of one word are adjacent. Words are those of the tokenizer. If it
   * splits only at spaces, words, punctuation marks, and Chinese and Japanese tokens are separate.
   */
  readonly wordIds: Int32Array;
}

export interface SpecialTokens {
  readonly pad: number;
  /** `null` if every text can be spelled. */
  readonly unknown: number | null;
  /** First and last token of a framed sequence. */
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
}

/** One or two sequences with the special tokens that the model expects. */
export interface FramedSequence {
  readonly ids: Int32Array;
  /** Segment of each token: `token_type_ids`. */
  readonly typeIds: Int32Array;
  /** Start of the tokens of each sequence. */
  readonly offsets: readonly number[];
}

/** A tokenizer aligned to characters. Ids equal those of the reference implementation. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** Text of the mask token, such as `[MASK]`. In a text, it is encoded as one mask token. */
  readonly maskToken: string;
  /**
   * Whether tokens that begin a word include the preceding space, as `Ġword` and `▁word`; a word
   * without a preceding space is spelled with continuations.
   */
  readonly marksSpaces: boolean;
  /** Number of special tokens added by `frame` and `framePair`. */
  readonly frameSize: number;
  readonly pairFrameSize: number;
  /** Encodes without framing. Special tokens in the text are recognized. */
  encode(text: string): Encoding;
  frame(ids: ArrayLike<number>): FramedSequence;
  framePair(first: ArrayLike<number>, second: ArrayLike<number>): FramedSequence;
  tokenToId(token: string): number | undefined;
  /** Throws a `RangeError` for an id outside the vocabulary. */
  idToToken(id: number): string;
  /** False for the ids that a model has beyond its tokenizer's, such as those that pad its table. */
  hasToken(id: number): boolean;
  /** Whether an id is that of an `[UNK]`-like or added special token, or of no token. */
  isSpecial(id: number): boolean;
  /**
   * Whether a token does not begin a word after a space, such as `##ing`, or `ing` as opposed to
   * `Ġing`.
   */
  isContinuation(id: number): boolean;
  /** Readable text of a token: `##ing` → `ing`, `Ġword` → `word`. */
  readable(id: number): string;
}
