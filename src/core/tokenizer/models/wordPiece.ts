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
  /** Made for the first word that is not one token, and the node at which continuations begin, or -1. */
  private pieces: { readonly trie: TokenTrie; readonly continuationRoot: number } | null = null;
  private readonly ids: number[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly options: WordPieceOptions) {
    this.vocabulary = options.vocabulary;
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
    const { ids, ends } = this;
    // The longest match, at once.
    const whole = word === '' ? undefined : this.vocabulary.get(word);
    if (whole !== undefined) {
      ids[0] = whole;
      ends[0] = word.length;
      return 1;
    }
    const { trie, continuationRoot } = (this.pieces ??= this.makePieces());
    let count = 0;
    for (let start = 0; start < word.length; start = ends[count++]!) {
      let node = start === 0 ? trie.root : continuationRoot;
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

  private makePieces(): NonNullable<WordPieceModel['pieces']> {
    const trie = new TokenTrie(this.vocabulary);
    return { trie, continuationRoot: trie.nodeAt(this.options.continuationPrefix) };
  }
}

/** Whether a text has more than `limit` code points. */
function isLonger(text: string, limit: number): boolean {
  // A code point has one or two UTF-16 units.
  return text.length > 2 * limit || (text.length > limit && Array.from(text).length > limit);
}
