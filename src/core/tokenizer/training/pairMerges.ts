import { MaxHeap } from '../maxHeap.js';
import type { Training } from './training.js';

/** Tokens in the order of their ids. */
export class TokenList {
  readonly tokens: string[] = [];
  private readonly ids = new Map<string, number>();

  idOf(token: string): number {
    let id = this.ids.get(token);
    if (id === undefined) {
      id = this.tokens.length;
      this.ids.set(token, id);
      this.tokens.push(token);
    }
    return id;
  }
}

/** A word as token ids, with its frequency; merging changes its symbols in place. */
export interface SpelledWord {
  readonly symbols: number[];
  readonly count: number;
}

export interface MergeOptions {
  readonly vocabularySize: number;
  readonly minFrequency: number;
  /** Prefix of tokens inside a word, which the right half of a merge loses. */
  readonly continuationPrefix: string;
}

/** Pairs are keyed by one number: `left * PAIR_BASE + right`. */
const PAIR_BASE = 2 ** 24;
const MERGES_A_STEP = 64;

interface Pair {
  count: number;
  /** Words that may contain the pair, possibly with repetitions or outdated entries. */
  readonly words: number[];
}

/**
 * Trains byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): merges the most frequent pair
 * of adjacent symbols within words, ties to the pair with the older tokens, until `vocabulary` has
 * the size or no pair is frequent enough. Returns the merged pairs in order, each once.
 */
export function* mergePairs(
  words: readonly SpelledWord[],
  vocabulary: TokenList,
  { vocabularySize, minFrequency, continuationPrefix }: MergeOptions,
): Training<(readonly [string, string])[]> {
  const pairs = countPairs(words);
  // Entries become outdated when counts change; an outdated one is queued again with its current
  // count.
  const heap = new MaxHeap<{ count: number; pair: number }>(
    (a, b) => a.count - b.count || b.pair - a.pair,
  );
  const push = (pair: number, count: number): void => {
    if (count >= minFrequency && count > 0) heap.push({ count, pair });
  };
  for (const [pair, { count }] of pairs) push(pair, count);

  const { tokens } = vocabulary;
  const start = tokens.length;
  const merges = new Map<number, readonly [string, string]>();
  while (tokens.length < vocabularySize) {
    const top = heap.pop();
    if (top === undefined) break;
    const found = pairs.get(top.pair);
    if (found === undefined) continue;
    if (found.count !== top.count) {
      if (found.count < top.count) push(top.pair, found.count);
      continue;
    }
    const left = Math.floor(top.pair / PAIR_BASE);
    const right = top.pair % PAIR_BASE;
    const names = [tokens[left]!, tokens[right]!] as const;
    const merged = vocabulary.idOf(names[0] + names[1].slice(continuationPrefix.length));
    if (!merges.has(top.pair)) merges.set(top.pair, names);
    pairs.delete(top.pair);
    const grown = new Set<number>();
    for (const index of found.words) {
      const word = words[index]!;
      mergeSymbols(word.symbols, { left, right, merged }, (pair, sign) => {
        if (pair === top.pair) return;
        if (countPair(pairs, pair, { index, count: sign * word.count })) grown.add(pair);
      });
    }
    for (const pair of grown) push(pair, pairs.get(pair)?.count ?? 0);
    if (merges.size % MERGES_A_STEP === 0) {
      yield { phase: 'merging', done: tokens.length - start, total: vocabularySize - start };
    }
  }
  return [...merges.values()];
}

function countPairs(words: readonly SpelledWord[]): Map<number, Pair> {
  const pairs = new Map<number, Pair>();
  words.forEach(({ symbols, count }, index) => {
    for (let i = 0; i + 1 < symbols.length; i++) {
      countPair(pairs, symbols[i]! * PAIR_BASE + symbols[i + 1]!, { index, count });
    }
  });
  return pairs;
}

/** Returns true if the pair became more frequent. */
function countPair(
  pairs: Map<number, Pair>,
  pair: number,
  { index, count }: { index: number; count: number },
): boolean {
  const known = pairs.get(pair);
  if (known === undefined) {
    if (count > 0) pairs.set(pair, { count, words: [index] });
    return count > 0;
  }
  known.count += count;
  if (known.count <= 0) pairs.delete(pair);
  else if (count > 0 && known.words.at(-1) !== index) known.words.push(index);
  return count > 0;
}

/** Merges a pair in a word and reports which other pairs appear (1) and disappear (-1). */
function mergeSymbols(
  symbols: number[],
  { left, right, merged }: { left: number; right: number; merged: number },
  change: (pair: number, sign: 1 | -1) => void,
): void {
  let size = 0;
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] !== left || symbols[i + 1] !== right) {
      symbols[size++] = symbols[i]!;
      continue;
    }
    if (size > 0) {
      change(symbols[size - 1]! * PAIR_BASE + left, -1);
      change(symbols[size - 1]! * PAIR_BASE + merged, 1);
    }
    const next = symbols[i + 2];
    if (next !== undefined) {
      change(right * PAIR_BASE + next, -1);
      change(merged * PAIR_BASE + next, 1);
    }
    symbols[size++] = merged;
    i++;
  }
  symbols.length = size;
}
