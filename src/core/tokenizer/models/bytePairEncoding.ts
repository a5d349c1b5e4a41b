import { MaxHeap } from '../maxHeap.js';
import { utf8Of } from '../../text/utf8.js';
import type { AddPiece, Model } from './tokenizerModel.js';

export interface BytePairOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Pairs of tokens to merge, in order of priority. */
  readonly merges: readonly (readonly [string, string])[];
  /** `null` drops characters that are not in the vocabulary. */
  readonly unknownId: number | null;
  /** Whether adjacent unknown characters become one token. */
  readonly fuseUnknown: boolean;
  /** Whether to spell unknown characters as bytes, `<0x0A>`, if the vocabulary has them. */
  readonly byteFallback: boolean;
  /** Whether a word that is a token becomes that token regardless of the merges. */
  readonly ignoreMerges: boolean;
  readonly continuationPrefix: string;
  readonly endOfWordSuffix: string;
}

/** Maximum word length for finding the next merge by scanning all pairs. */
const SCAN_LIMIT = 24;

/**
 * Byte-pair encoding (Sennrich et al. 2016): merges pairs of characters, or of bytes spelled as
 * characters, in the order in which they were learned, leftmost first.
 *
 * Throws a `RangeError` for a merge with a token that is not in the vocabulary.
 */
export class BytePairModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  private readonly merges: MergeTable;
  private readonly byteIds: readonly (number | undefined)[];

  constructor(private readonly options: BytePairOptions) {
    this.vocabulary = options.vocabulary;
    this.merges = new MergeTable(options);
    this.byteIds = Array.from({ length: 256 }, (_, byte) =>
      options.byteFallback ? options.vocabulary.get(byteToken(byte)) : undefined,
    );
  }

  tokenize(word: string, add: AddPiece): void {
    if (word === '') return;
    const whole = this.options.ignoreMerges ? this.vocabulary.get(word) : undefined;
    if (whole !== undefined) {
      add(whole, 0, word.length);
      return;
    }
    const symbols = this.spell(word);
    if (symbols.ids.length <= SCAN_LIMIT) mergeByScan(symbols, this.merges);
    else mergeByHeap(symbols, this.merges);
    symbols.ids.forEach((id, i) => {
      add(id, symbols.starts[i]!, symbols.ends[i]!);
    });
  }

  /** Symbols of a word before any merge. */
  private spell(word: string): Symbols {
    const { unknownId, fuseUnknown, continuationPrefix, endOfWordSuffix } = this.options;
    const symbols: Symbols = { ids: [], starts: [], ends: [] };
    let unknown: { start: number; end: number } | null = null;
    const flush = (): void => {
      if (unknown !== null) push(symbols, unknownId!, unknown.start, unknown.end);
      unknown = null;
    };
    let start = 0;
    for (const character of word) {
      const end = start + character.length;
      const prefix = start === 0 ? '' : continuationPrefix;
      const spelled = prefix + character + (end === word.length ? endOfWordSuffix : '');
      const id = this.vocabulary.get(spelled);
      if (id !== undefined) {
        flush();
        push(symbols, id, start, end);
      } else if (!this.spellInBytes(spelled, { start, end }, symbols) && unknownId !== null) {
        if (!fuseUnknown) flush();
        unknown = { start: unknown === null ? start : (unknown as { start: number }).start, end };
      }
      start = end;
    }
    flush();
    return symbols;
  }

  private spellInBytes(
    character: string,
    { start, end }: { start: number; end: number },
    symbols: Symbols,
  ): boolean {
    if (!this.options.byteFallback) return false;
    const ids = utf8Of(character).map((byte) => this.byteIds[byte]);
    if (ids.includes(undefined)) return false;
    for (const id of ids) push(symbols, id!, start, end);
    return true;
  }
}

/** Token of a byte in a vocabulary with byte fallback. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

interface Symbols {
  ids: number[];
  starts: number[];
  ends: number[];
}

function push({ ids, starts, ends }: Symbols, id: number, start: number, end: number): void {
  ids.push(id);
  starts.push(start);
  ends.push(end);
}

/** Merges the best pair until none is left, scanning all pairs each time. */
function mergeByScan({ ids, starts, ends }: Symbols, merges: MergeTable): void {
  const ranks: number[] = [];
  for (let i = 0; i + 1 < ids.length; i++) ranks.push(merges.rank(ids[i]!, ids[i + 1]!));
  for (;;) {
    let best = -1;
    let bestRank = NO_MERGE;
    for (let i = 0; i < ranks.length; i++) {
      if (ranks[i]! < bestRank) {
        best = i;
        bestRank = ranks[i]!;
      }
    }
    if (best < 0) return;
    ids[best] = merges.merged(bestRank);
    ends[best] = ends[best + 1]!;
    ids.splice(best + 1, 1);
    starts.splice(best + 1, 1);
    ends.splice(best + 1, 1);
    ranks.splice(best, 1);
    if (best > 0) ranks[best - 1] = merges.rank(ids[best - 1]!, ids[best]!);
    if (best < ranks.length) ranks[best] = merges.rank(ids[best]!, ids[best + 1]!);
  }
}

/** Merges pairs with a priority queue, for long words: n log n. */
function mergeByHeap(symbols: Symbols, merges: MergeTable): void {
  const { ids, starts, ends } = symbols;
  const count = ids.length;
  const next = Int32Array.from({ length: count }, (_, i) => i + 1);
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const isGone = new Uint8Array(count);
  const queue = new MaxHeap<{ at: number; rank: number }>((a, b) => b.rank - a.rank || b.at - a.at);
  const enqueue = (at: number): void => {
    if (at < 0 || next[at]! >= count) return;
    const rank = merges.rank(ids[at]!, ids[next[at]!]!);
    if (rank < NO_MERGE) queue.push({ at, rank });
  };
  for (let at = 0; at + 1 < count; at++) enqueue(at);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const { at, rank } = top;
    const right = next[at]!;
    // The pair may have been merged since it was queued.
    if (isGone[at] === 1 || right >= count || merges.rank(ids[at]!, ids[right]!) !== rank) continue;
    ids[at] = merges.merged(rank);
    ends[at] = ends[right]!;
    isGone[right] = 1;
    next[at] = next[right]!;
    if (next[at] < count) previous[next[at]] = at;
    enqueue(previous[at]!);
    enqueue(at);
  }
  const kept = [...ids.keys()].filter((i) => isGone[i] === 0);
  symbols.ids = kept.map((i) => ids[i]!);
  symbols.starts = kept.map((i) => starts[i]!);
  symbols.ends = kept.map((i) => ends[i]!);
}

const NO_MERGE = 0x7fffffff;

/** Hash table with open addressing from pairs of token ids to the rank of their merge. */
class MergeTable {
  private readonly mask: number;
  private readonly lefts: Int32Array;
  private readonly rights: Int32Array;
  private readonly ranks: Int32Array;
  private readonly results: Int32Array;

  constructor({ vocabulary, merges, continuationPrefix }: BytePairOptions) {
    let size = 16;
    while (size < merges.length * 2) size *= 2;
    this.mask = size - 1;
    this.lefts = new Int32Array(size).fill(-1);
    this.rights = new Int32Array(size);
    this.ranks = new Int32Array(size);
    this.results = new Int32Array(merges.length);
    const idOf = (token: string): number => {
      const id = vocabulary.get(token);
      if (id === undefined) throw new RangeError(`the merged token ${token} is not a token`);
      return id;
    };
    merges.forEach(([left, right], rank) => {
      this.results[rank] = idOf(left + right.slice(continuationPrefix.length));
      const [leftId, rightId] = [idOf(left), idOf(right)];
      // If a pair has two merges, the later one counts, as in the reference.
      const slot = this.find(leftId, rightId);
      this.lefts[slot] = leftId;
      this.rights[slot] = rightId;
      this.ranks[slot] = rank;
    });
  }

  /** Rank of a pair, or `NO_MERGE`. */
  rank(left: number, right: number): number {
    const slot = this.find(left, right);
    return this.lefts[slot] === -1 ? NO_MERGE : this.ranks[slot]!;
  }

  merged(rank: number): number {
    return this.results[rank]!;
  }

  private find(left: number, right: number): number {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.mask;
    while (this.lefts[slot] !== -1 && (this.lefts[slot] !== left || this.rights[slot] !== right)) {
      slot = (slot + 1) & this.mask;
    }
    return slot;
  }
}
