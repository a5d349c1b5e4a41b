import type { AddPiece, Model } from './model.js';

export interface WordPieceOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number;
  readonly continuationPrefix: string;
  /** Longer words (in code points) are unknown as a whole. */
  readonly maxWordCharacters: number;
}

/**
 * WordPiece: greedy longest match from the left within each word (Wu et al. 2016; Devlin et al.
 * 2019). A word that cannot be spelled is one unknown token.
 */
export class WordPieceModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly longestToken: number;

  constructor(private readonly options: WordPieceOptions) {
    this.vocabulary = options.vocabulary;
    let longest = 0;
    for (const token of options.vocabulary.keys()) longest = Math.max(longest, token.length);
    this.longestToken = longest;
  }

  tokenize(word: string, add: AddPiece): void {
    const pieces = this.split(word);
    if (pieces === null) add(this.options.unknownId, 0, word.length);
    else for (const { id, start, end } of pieces) add(id, start, end);
  }

  /** Pieces of a word as places in it, or null if the vocabulary cannot spell it. */
  private split(word: string): { id: number; start: number; end: number }[] | null {
    const { vocabulary, continuationPrefix, maxWordCharacters } = this.options;
    const borders = [0];
    for (const character of word) borders.push(borders.at(-1)! + character.length);
    const count = borders.length - 1;
    if (count > maxWordCharacters) return null;
    const pieces: { id: number; start: number; end: number }[] = [];
    for (let first = 0; first < count;) {
      let last = Math.min(count, first + this.longestToken);
      let id: number | undefined;
      for (; last > first; last--) {
        const part = word.slice(borders[first], borders[last]);
        id = vocabulary.get(first === 0 ? part : continuationPrefix + part);
        if (id !== undefined) break;
      }
      if (id === undefined) return null;
      pieces.push({ id, start: borders[first]!, end: borders[last]! });
      first = last;
    }
    return pieces;
  }
}
