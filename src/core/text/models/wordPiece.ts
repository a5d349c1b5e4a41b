import type { AddPiece, Model } from './model.js';
import { TokenTrie } from './tokenTrie.js';

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
  private readonly trie: TokenTrie;
  /** Where in the trie the tokens that continue a word begin; -1 if there are none. */
  private readonly continuationRoot: number;

  constructor(private readonly options: WordPieceOptions) {
    this.vocabulary = options.vocabulary;
    this.trie = new TokenTrie(options.vocabulary);
    this.continuationRoot = this.trie.nodeAt(options.continuationPrefix);
  }

  tokenize(word: string, add: AddPiece): void {
    const pieces = this.split(word);
    if (pieces === null) add(this.options.unknownId, 0, word.length);
    else for (const { id, start, end } of pieces) add(id, start, end);
  }

  /** Pieces of a word as places in it, or null if the vocabulary cannot spell it. */
  private split(word: string): { id: number; start: number; end: number }[] | null {
    if (isLonger(word, this.options.maxWordCharacters)) return null;
    const pieces: { id: number; start: number; end: number }[] = [];
    for (let start = 0; start < word.length;) {
      const longest = this.trie.longestFrom(
        word,
        start,
        start === 0 ? this.trie.root : this.continuationRoot,
      );
      if (longest === null) return null;
      pieces.push({ id: longest.id, start, end: longest.end });
      start = longest.end;
    }
    return pieces;
  }
}

/** Whether a text has more than `limit` code points. */
function isLonger(text: string, limit: number): boolean {
  return text.length > limit && Array.from(text).length > limit;
}
