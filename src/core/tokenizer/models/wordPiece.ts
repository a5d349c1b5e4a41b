import type { AddPiece, Model } from './tokenizerModel.js';
import { TokenTrie } from './tokenTrie.js';

export interface WordPieceOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unknownId: number;
  readonly continuationPrefix: string;
  /** Longer words (in code points) are unknown. */
  readonly maxWordCharacters: number;
}

/**
 * WordPiece: greedy longest match from the left within each word (Wu et al. 2016; Devlin et al.
 * 2019). A word that cannot be spelled becomes one unknown token.
 */
export class WordPieceModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly trie: TokenTrie;
  /** Trie node at which continuation tokens begin, or -1 if there are none. */
  private readonly continuationRoot: number;
  private readonly ids: number[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly options: WordPieceOptions) {
    this.vocabulary = options.vocabulary;
    this.trie = new TokenTrie(options.vocabulary);
    this.continuationRoot = this.trie.nodeAt(options.continuationPrefix);
  }

  tokenize(word: string, add: AddPiece): void {
    const count = this.split(word);
    if (count < 0) {
      add(this.options.unknownId, 0, word.length);
      return;
    }
    for (let i = 0, start = 0; i < count; i++) {
      add(this.ids[i]!, start, this.ends[i]!);
      start = this.ends[i]!;
    }
  }

  /**
   * Writes the pieces of a word to `ids` and `ends`; returns -1 if the vocabulary cannot spell it.
   */
  private split(word: string): number {
    if (isLonger(word, this.options.maxWordCharacters)) return -1;
    const { trie, ids, ends } = this;
    let count = 0;
    for (let start = 0; start < word.length; start = ends[count++]!) {
      let node = start === 0 ? trie.root : this.continuationRoot;
      let id = -1;
      for (let at = start; at < word.length && node >= 0;) {
        node = trie.child(node, word.charCodeAt(at++));
        if (node < 0 || trie.tokenAt(node) < 0) continue;
        id = trie.tokenAt(node);
        ends[count] = at;
      }
      if (id < 0) return -1;
      ids[count] = id;
    }
    return count;
  }
}

/** Whether a text has more than `limit` code points. */
function isLonger(text: string, limit: number): boolean {
  // A code point has one or two UTF-16 units.
  return text.length > 2 * limit || (text.length > limit && Array.from(text).length > limit);
}
