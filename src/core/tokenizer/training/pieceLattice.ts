import { TokenTrie } from '../models/tokenTrie.js';

/** Log-probability of an unknown character below that of the least likely piece, in nats. */
const UNKNOWN_PENALTY = 10;

/** Number of the piece for a character without a piece. */
export const UNKNOWN_PIECE = -1;

/** All segmentations of a word into pieces (Kudo 2018), with the sum and the best of them. */
export class PieceLattice {
  private readonly trie: TokenTrie;
  private unknownScore = 0;
  /** Edges of the last word, sorted by start. */
  private size = 0;
  private starts = new Int32Array(256);
  private ends = new Int32Array(256);
  private pieces = new Int32Array(256);
  private forward = new Float64Array(64);
  private backward = new Float64Array(64);

  /** `scores` are log-probabilities; `-Infinity` removes a piece. They may be changed. */
  constructor(
    texts: readonly string[],
    private readonly scores: Float64Array,
  ) {
    this.trie = new TokenTrie(new Map(texts.map((piece, i) => [piece, i])));
    this.scoresChanged();
  }

  scoresChanged(): void {
    let lowest = Infinity;
    for (const score of this.scores) if (score > -Infinity) lowest = Math.min(lowest, score);
    this.unknownScore = lowest - UNKNOWN_PENALTY;
  }

  /**
   * Log-likelihood of `word`, the sum over all segmentations. Adds the expected count of each
   * piece, times `count`, to `expected`.
   */
  addExpected(word: string, count: number, expected: Float64Array): number {
    this.findEdges(word);
    const { forward, backward, starts, ends, pieces, size } = this;
    forward.fill(-Infinity, 0, word.length + 1);
    backward.fill(-Infinity, 0, word.length + 1);
    forward[0] = 0;
    for (let i = 0; i < size; i++) {
      const end = ends[i]!;
      forward[end] = logAdd(forward[end]!, forward[starts[i]!]! + this.scoreOf(pieces[i]!));
    }
    backward[word.length] = 0;
    for (let i = size - 1; i >= 0; i--) {
      const start = starts[i]!;
      backward[start] = logAdd(backward[start]!, backward[ends[i]!]! + this.scoreOf(pieces[i]!));
    }
    const total = forward[word.length]!;
    for (let i = 0; i < size; i++) {
      const piece = pieces[i]!;
      if (piece === UNKNOWN_PIECE) continue;
      const path = forward[starts[i]!]! + this.scores[piece]! + backward[ends[i]!]!;
      expected[piece]! += count * Math.exp(path - total);
    }
    return total;
  }

  /** Most probable pieces of `word`; `without` excludes the piece that is the whole word. */
  best(word: string, { without = false } = {}): { pieces: number[]; score: number } | null {
    this.findEdges(word);
    const { forward, backward, starts, ends, pieces, size } = this;
    // `backward` holds the edge of the best path to each position.
    forward.fill(-Infinity, 0, word.length + 1);
    forward[0] = 0;
    for (let i = 0; i < size; i++) {
      if (without && starts[i] === 0 && ends[i] === word.length) continue;
      const score = forward[starts[i]!]! + this.scoreOf(pieces[i]!);
      if (score <= forward[ends[i]!]!) continue;
      forward[ends[i]!] = score;
      backward[ends[i]!] = i;
    }
    const score = forward[word.length]!;
    if (score === -Infinity) return null;
    const path: number[] = [];
    for (let at = word.length; at > 0;) {
      const edge = backward[at]!;
      path.push(pieces[edge]!);
      at = starts[edge]!;
    }
    return { pieces: path.reverse(), score };
  }

  private scoreOf(piece: number): number {
    return piece === UNKNOWN_PIECE ? this.unknownScore : this.scores[piece]!;
  }

  private findEdges(word: string): void {
    if (word.length >= this.forward.length) {
      this.forward = new Float64Array(2 * word.length);
      this.backward = new Float64Array(2 * word.length);
    }
    this.size = 0;
    const { trie, scores } = this;
    for (let start = 0; start < word.length;) {
      const next = start + (word.codePointAt(start)! > 0xffff ? 2 : 1);
      let isKnown = false;
      let node = trie.root;
      for (let end = start; end < word.length;) {
        node = trie.child(node, word.charCodeAt(end++));
        if (node < 0) break;
        const piece = trie.tokenAt(node);
        if (piece < 0 || scores[piece] === -Infinity) continue;
        this.addEdge(start, end, piece);
        isKnown ||= end === next;
      }
      if (!isKnown) this.addEdge(start, next, UNKNOWN_PIECE);
      start = next;
    }
  }

  private addEdge(start: number, end: number, piece: number): void {
    if (this.size === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
      this.pieces = grown(this.pieces);
    }
    this.starts[this.size] = start;
    this.ends[this.size] = end;
    this.pieces[this.size++] = piece;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** log(exp(a) + exp(b)) */
function logAdd(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}
