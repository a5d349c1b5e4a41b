import { AlignedText } from './alignedText.js';
import { MaxHeap } from './maxHeap.js';
import { normalizeBert } from './normalizers/bert.js';
import { bertPreTokenizer } from './preTokenizers/patterns.js';
import {
  BERT_SPECIAL_TOKENS,
  CONTINUATION_PREFIX,
  wordPieceDefinition,
} from './wordPieceDefinition.js';

export interface WordPieceTrainingOptions {
  /** Tokens wanted, special tokens included; fewer if the text has not that many pairs. */
  readonly vocabularySize: number;
  /** Pairs that occur less often are not merged. */
  readonly minFrequency: number;
  readonly lowercase: boolean;
  /** Distinct characters kept, the most frequent first; default a quarter of the vocabulary. */
  readonly alphabetSize?: number;
}

/**
 * Trains a WordPiece vocabulary on `texts` and returns the content of its `tokenizer.json`.
 *
 * As Hugging Face's `WordPieceTrainer`: byte-pair merges (Sennrich et al. 2016) of the most
 * frequent adjacent pair within words, ties to the pair with the older tokens, where tokens inside
 * a word carry `##`. Ids: special tokens, then characters in code point order, then merges in
 * theirs. The printable ASCII characters are always in, so that no English word, number or line of
 * code is unknown; words with other rare characters are left out of the counts.
 */
export function trainWordPiece(texts: Iterable<string>, options: WordPieceTrainingOptions): object {
  const words = countWords(texts, options);
  const alphabet = chooseAlphabet(words, options);
  const vocabulary = new Vocabulary();
  for (const token of BERT_SPECIAL_TOKENS) vocabulary.idOf(token);
  for (const token of alphabet.tokens) vocabulary.idOf(token);
  mergePairs(spellWords(words, alphabet.characters, vocabulary), vocabulary, options);
  return wordPieceDefinition(vocabulary.tokens, { lowercase: options.lowercase });
}

class Vocabulary {
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

function countWords(
  texts: Iterable<string>,
  { lowercase }: WordPieceTrainingOptions,
): Map<string, number> {
  const stretches = new Map<string, number>();
  for (const text of texts) {
    for (const [stretch] of text.matchAll(/[^ \t\n\r]+/g)) {
      stretches.set(stretch, (stretches.get(stretch) ?? 0) + 1);
    }
  }
  const normalizer = {
    cleanText: true,
    handleChineseChars: true,
    stripAccents: lowercase,
    lowercase,
  };
  const words = new Map<string, number>();
  for (const [stretch, count] of stretches) {
    const normalized = normalizeBert(AlignedText.of(stretch), normalizer);
    const context = { isStart: true, textStart: true };
    for (const { text } of bertPreTokenizer.split([normalized], context)) {
      words.set(text, (words.get(text) ?? 0) + count);
    }
  }
  return words;
}

interface Alphabet {
  readonly characters: ReadonlySet<string>;
  readonly tokens: readonly string[];
}

function chooseAlphabet(
  words: ReadonlyMap<string, number>,
  { lowercase, vocabularySize, alphabetSize }: WordPieceTrainingOptions,
): Alphabet {
  const counts = new Map<string, number>();
  const inside = new Set<string>();
  for (const [word, count] of words) {
    let isFirst = true;
    for (const character of word) {
      counts.set(character, (counts.get(character) ?? 0) + count);
      if (!isFirst) inside.add(character);
      isFirst = false;
    }
  }
  const characters = new Set<string>();
  for (let code = 0x21; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    characters.add(lowercase ? character.toLowerCase() : character);
    if (/[a-z0-9]/i.test(character)) inside.add(lowercase ? character.toLowerCase() : character);
  }
  const limit = Math.max(characters.size, alphabetSize ?? Math.floor(vocabularySize / 4));
  const byFrequency = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || byCodePoint(a, b),
  );
  for (const [character] of byFrequency) {
    if (characters.size >= limit) break;
    characters.add(character);
  }
  const sorted = [...characters].sort(byCodePoint);
  const continuations = sorted
    .filter((character) => inside.has(character))
    .map((character) => CONTINUATION_PREFIX + character);
  return { characters, tokens: [...sorted, ...continuations] };
}

function byCodePoint(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}

interface SpelledWord {
  symbols: number[];
  readonly count: number;
}

function spellWords(
  words: ReadonlyMap<string, number>,
  characters: ReadonlySet<string>,
  vocabulary: Vocabulary,
): SpelledWord[] {
  const spelled: SpelledWord[] = [];
  for (const [word, count] of words) {
    const letters = Array.from(word);
    if (letters.length < 2 || !letters.every((letter) => characters.has(letter))) continue;
    const symbols = letters.map((letter, i) =>
      vocabulary.idOf(i === 0 ? letter : CONTINUATION_PREFIX + letter),
    );
    spelled.push({ symbols, count });
  }
  return spelled;
}

/** Pairs are keyed by one number: `left * PAIR_BASE + right`. */
const PAIR_BASE = 2 ** 24;

/** How often each adjacent pair occurs and in which words it may be found. */
class PairCounts {
  private readonly counts = new Map<number, number>();
  private readonly places = new Map<number, Set<number>>();

  constructor(private readonly words: readonly SpelledWord[]) {
    words.forEach((_, index) => {
      this.add(index, 1);
    });
  }

  keys(): Iterable<number> {
    return this.counts.keys();
  }

  count(pair: number): number {
    return this.counts.get(pair) ?? 0;
  }

  wordsWith(pair: number): readonly number[] {
    return [...(this.places.get(pair) ?? [])];
  }

  forget(pair: number): void {
    this.counts.delete(pair);
    this.places.delete(pair);
  }

  /** Counts the pairs of a word in (`sign` 1) or out (-1); `onPair` sees each. */
  add(index: number, sign: 1 | -1, onPair?: (pair: number) => void): void {
    const { symbols, count } = this.words[index]!;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const pair = symbols[i]! * PAIR_BASE + symbols[i + 1]!;
      this.counts.set(pair, this.count(pair) + sign * count);
      if (sign === 1) {
        const places = this.places.get(pair);
        if (places === undefined) this.places.set(pair, new Set([index]));
        else places.add(index);
      }
      onPair?.(pair);
    }
  }
}

function mergePairs(
  words: readonly SpelledWord[],
  vocabulary: Vocabulary,
  { vocabularySize, minFrequency }: WordPieceTrainingOptions,
): void {
  const pairs = new PairCounts(words);
  // Entries go stale when counts change; a stale one is put back with its true count when popped.
  const heap = new MaxHeap<{ count: number; pair: number }>(
    (a, b) => a.count - b.count || b.pair - a.pair,
  );
  const push = (pair: number): void => {
    const count = pairs.count(pair);
    if (count >= minFrequency) heap.push({ count, pair });
  };
  for (const pair of pairs.keys()) push(pair);

  while (vocabulary.tokens.length < vocabularySize) {
    const top = heap.pop();
    if (top === undefined) break;
    if (pairs.count(top.pair) !== top.count) {
      if (pairs.count(top.pair) < top.count) push(top.pair);
      continue;
    }
    const left = Math.floor(top.pair / PAIR_BASE);
    const right = top.pair % PAIR_BASE;
    const suffix = vocabulary.tokens[right]!.slice(CONTINUATION_PREFIX.length);
    const merged = vocabulary.idOf(vocabulary.tokens[left]! + suffix);
    const changed = new Set<number>();
    for (const index of pairs.wordsWith(top.pair)) {
      const word = words[index]!;
      const symbols = mergeSymbols(word.symbols, { left, right, merged });
      if (symbols.length === word.symbols.length) continue;
      pairs.add(index, -1);
      word.symbols = symbols;
      pairs.add(index, 1, (pair) => changed.add(pair));
    }
    pairs.forget(top.pair);
    for (const pair of changed) push(pair);
  }
}

function mergeSymbols(
  symbols: readonly number[],
  { left, right, merged }: { left: number; right: number; merged: number },
): number[] {
  const result: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const isPair = symbols[i] === left && symbols[i + 1] === right;
    result.push(isPair ? merged : symbols[i]!);
    if (isPair) i++;
  }
  return result;
}
