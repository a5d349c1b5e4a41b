/** Token ids with their place in the source text. All arrays have one entry a token. */
export interface Encoding {
  readonly ids: Int32Array;
  /** UTF-16 offsets into the text that was encoded: token i covers `[starts[i], ends[i])`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of the word (pre-token) that token i is a piece of; pieces of one word are adjacent. */
  readonly wordIds: Int32Array;
}

export interface SpecialTokens {
  readonly pad: number;
  readonly unknown: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
}

/** A tokenizer aligned to characters. Ids equal those of the reference implementation. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** The text of the mask token, e.g. `[MASK]`. Where it stands in a text it is one mask token. */
  readonly maskToken: string;
  /** Encodes without adding `[CLS]` and `[SEP]`; special tokens written in the text are found. */
  encode(text: string): Encoding;
  tokenToId(token: string): number | undefined;
  /** Throws a `RangeError` outside the vocabulary. */
  idToToken(id: number): string;
  /** True for ids that `[UNK]`-like and added special tokens have. */
  isSpecial(id: number): boolean;
  /** True for a token that continues a word, e.g. `##ing`. */
  isContinuation(id: number): boolean;
  /** The token's text as a person reads it: `##ing` → `ing`. */
  readable(id: number): string;
}
