/** A word that a model proposes for a place in a text. */
export interface Candidate {
  readonly word: string;
  /** Ids of the tokens of the word. */
  readonly tokens: readonly number[];
  /**
   * Probability under the softmax over the whole vocabulary, 0 to 1. That of a word of several pieces is
   * relative to the words of one piece, as `proposeLongWords` says.
   */
  readonly probability: number;
}
