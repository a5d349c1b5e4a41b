/** Parts a word into tokens of a vocabulary. */
export interface Model {
  /** Tokens to ids, without those added on top of the model. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Calls `add` for each token of `word`, in order, with its place in it (UTF-16). */
  tokenize(word: string, add: AddPiece): void;
}

export type AddPiece = (id: number, start: number, end: number) => void;
