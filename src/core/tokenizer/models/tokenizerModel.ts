/** Splits a word into tokens of a vocabulary. */
export interface Model {
  /** Ids by token, without added tokens. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Calls `add` for each token of `word` in order, with its UTF-16 range. */
  tokenize(word: string, add: AddPiece): void;
}

export type AddPiece = (id: number, start: number, end: number) => void;
