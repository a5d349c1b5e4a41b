import { utf8Of } from '../../text/utf8.js';
import { byteToken } from './bytePairEncoding.js';
import type { AddPiece, Model } from './tokenizerModel.js';
import { TokenTrie } from './tokenTrie.js';

export interface UnigramOptions {
  /** Tokens with their log-probabilities; a token's id is its index. */
  readonly tokens: readonly (readonly [string, number])[];
  readonly unknownId: number;
  /** Whether to spell unknown characters as bytes, `<0x0A>`, if the vocabulary has them. */
  readonly byteFallback: boolean;
}

/** Log-probability of an unknown character below that of the least likely token, in nats. */
const UNKNOWN_PENALTY = 10;

/**
 * The unigram language model (Kudo 2018, arXiv:1804.10959): finds the most probable segmentation of
 * a word into tokens by Viterbi's algorithm. Adjacent unknown characters become one token.
 */
export class UnigramModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly scores: Float64Array;
  private readonly unknownScore: number;
  private readonly trie: TokenTrie;

  constructor(private readonly options: UnigramOptions) {
    const vocabulary = new Map<string, number>();
    this.scores = new Float64Array(options.tokens.length);
    let lowest = Infinity;
    options.tokens.forEach(([token, score], id) => {
      vocabulary.set(token, id);
      this.scores[id] = score;
      lowest = Math.min(lowest, score);
    });
    this.vocabulary = vocabulary;
    this.unknownScore = lowest - UNKNOWN_PENALTY;
    this.trie = new TokenTrie(vocabulary);
  }

  tokenize(word: string, add: AddPiece): void {
    const { starts, ids } = this.bestPath(word);
    const { unknownId } = this.options;
    const ends: number[] = [];
    for (let end = word.length; end > 0; end = starts[end]!) ends.push(end);
    for (let i = ends.length - 1; i >= 0; i--) {
      const start = starts[ends[i]!]!;
      const id = ids[ends[i]!]!;
      if (id !== unknownId) {
        add(id, start, ends[i]!);
        continue;
      }
      while (i > 0 && ids[ends[i - 1]!] === unknownId) i--;
      this.addUnknown(word.slice(start, ends[i]), { start, end: ends[i]! }, add);
    }
  }

  /** For each position, the last token of the best path and its start. */
  private bestPath(word: string): { starts: Int32Array; ids: Int32Array } {
    const size = word.length;
    const starts = new Int32Array(size + 1).fill(-1);
    const ids = new Int32Array(size + 1);
    const best = new Float64Array(size + 1);
    const offer = (id: number, start: number, end: number, score: number): void => {
      if (starts[end] !== -1 && score <= best[end]!) return;
      starts[end] = start;
      ids[end] = id;
      best[end] = score;
    };
    for (let start = 0; start < size;) {
      const next = start + (word.codePointAt(start)! > 0xffff ? 2 : 1);
      let isCharacterKnown = false;
      let node = this.trie.root;
      for (let end = start; end < size;) {
        node = this.trie.child(node, word.charCodeAt(end++));
        if (node < 0) break;
        const id = this.trie.tokenAt(node);
        if (id < 0) continue;
        offer(id, start, end, best[start]! + this.scores[id]!);
        if (end === next) isCharacterKnown = true;
      }
      if (!isCharacterKnown) {
        offer(this.options.unknownId, start, next, best[start]! + this.unknownScore);
      }
      start = next;
    }
    return { starts, ids };
  }

  private addUnknown(text: string, place: { start: number; end: number }, add: AddPiece): void {
    const known = this.vocabulary.get(text);
    const bytes =
      known === undefined && this.options.byteFallback
        ? utf8Of(text).map((byte) => this.vocabulary.get(byteToken(byte)))
        : [];
    if (bytes.length > 0 && !bytes.includes(undefined)) {
      for (const id of bytes) add(id!, place.start, place.end);
    } else add(known ?? this.options.unknownId, place.start, place.end);
  }
}
