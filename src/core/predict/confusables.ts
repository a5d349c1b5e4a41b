import { LruCache } from '../collections/lruCache.js';
import { editDistance } from '../jsonDocument/nearest.js';
import { CONFUSED_WORDS } from './confusedWords.js';
import type { Confusion } from './confusion.js';
import { spelledAsSounded } from './spelledAsSounded.js';

/** A word that may have been meant. */
export interface Confusable {
  readonly word: string;
  readonly confusion: Confusion;
}

/** Letters of the shortest known word that can be mistyped; short words have too many neighbors. */
const SHORTEST_MISTYPED = 4;
/** Fewest letters of an unknown word: of shorter ones, several words may have been meant. */
const SHORTEST_UNKNOWN = 5;
const WORDS_KEPT = 4096;
/** Letters, and an apostrophe inside. */
const SMALL_LETTERS = /^[a-z]+(?:'[a-z]+)?$/u;

/** Words that are easily written for each other, by a list of known English words. */
export class Confusables {
  private readonly words: readonly string[];
  private readonly known: ReadonlySet<string>;
  /** Those without names. */
  private readonly small: ReadonlySet<string>;
  /** One bit for each letter that a word has: cheaper to compare than words. */
  private readonly letters: Int32Array;
  private readonly kept = new LruCache<string, readonly Confusable[]>(WORDS_KEPT);

  /** `listed` are known words; those with capital letters are names. */
  constructor(listed: readonly string[]) {
    this.words = listed.filter((word) => SMALL_LETTERS.test(word));
    this.known = new Set(listed.map((word) => word.toLowerCase()));
    this.small = new Set(this.words);
    this.letters = Int32Array.from(this.words, lettersOf);
  }

  /** Whether a word is listed, whatever its case. */
  knows(word: string): boolean {
    const small = word.toLowerCase();
    return this.known.has(small) || CONFUSED_WORDS.has(small);
  }

  /** Words that may have been meant by a word in small letters; none for words in other letters. */
  of(written: string): readonly Confusable[] {
    const word = written.replace('’', "'");
    if (!SMALL_LETTERS.test(word)) return [];
    const kept = this.kept.get(word);
    if (kept !== undefined) return kept;
    const found = this.knows(word) ? this.ofKnown(word) : this.ofUnknown(word);
    this.kept.set(word, found);
    return found;
  }

  private ofKnown(word: string): Confusable[] {
    const confused = CONFUSED_WORDS.get(word) ?? [];
    const near = word.length < SHORTEST_MISTYPED ? [] : this.near(word);
    return [
      ...confused.map((other) => ({ word: other, confusion: 'confused' as const })),
      ...near
        .filter((other) => !confused.includes(other))
        .map((other) => ({ word: other, confusion: 'mistyped' as const })),
    ];
  }

  private ofUnknown(word: string): Confusable[] {
    // A form with an apostrophe is of a word that the list may not have.
    if (word.length < SHORTEST_UNKNOWN || word.includes("'")) return [];
    const sounded = spelledAsSounded(word, (other) => this.small.has(other));
    const meant = new Set([...this.near(word), ...sounded]);
    return [...meant].map((other) => ({ word: other, confusion: 'misspelled' }));
  }

  /**
   * Listed words one edit away. Two edits were tried: of 14 words that were preferred to an unknown one
   * by 3 nats or more, none was right.
   */
  private near(word: string): string[] {
    const own = lettersOf(word);
    const found: string[] = [];
    for (let i = 0; i < this.words.length; i++) {
      const other = this.words[i]!;
      if (Math.abs(other.length - word.length) > 1) continue;
      // An edit adds a letter, removes one, or both.
      if (bitsIn(this.letters[i]! ^ own) > 2) continue;
      if (editDistance(word, other) === 1) found.push(other);
    }
    return found;
  }
}

function lettersOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) - 0x61);
  return letters;
}

function bitsIn(value: number): number {
  let count = 0;
  for (let left = value; left !== 0; left &= left - 1) count++;
  return count;
}
