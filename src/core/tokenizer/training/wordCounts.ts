import { detached } from '../../text/detached.js';
import { AlignedText } from '../../text/alignedText.js';
import { WHOLE_TEXT, type Normalizer } from '../normalizers/normalizer.js';
import type { PreTokenizer } from '../preTokenizers/preTokenizer.js';
import { StretchScanner } from '../wordBorders.js';

/** Stages of a tokenizer that split texts into words; they must split at all white space. */
export interface WordStages {
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
}

export interface WordLimits {
  /** Maximum number of distinct words in memory; the rarest are dropped beyond that. */
  readonly maxWords?: number;
  /**
   * Maximum number of distinct parts between white space, and of their characters, kept before
   * splitting.
   */
  readonly maxStretches?: number;
}

/** Frequency of each word. */
export interface WordCounts {
  readonly words: ReadonlyMap<string, number>;
  /** Total occurrences of words, including dropped ones. */
  readonly total: number;
  /** Occurrences of words that were dropped because the table was full. */
  readonly dropped: number;
  /** Maximum error of a word's count; more frequent words are never lost. */
  readonly dropThreshold: number;
}

const MAX_WORDS = 500_000;
const MAX_STRETCHES = 400_000;
/**
 * Maximum length in UTF-16 units of text without white space (base64, unspaced scripts) before it
 * is cut.
 */
const MAX_STRETCH = 4096;

/**
 * Counts the words of any amount of text in bounded memory. Counts are exact until the number of
 * distinct words exceeds the limit; then the rarest quarter or more is dropped, as often as needed
 * (lossy counting, Manku & Motwani 2002), mostly typos and other hapaxes.
 */
export class WordCounter {
  private readonly maxWords: number;
  private readonly maxStretches: number;
  private readonly scanner = new StretchScanner('whiteSpace');
  private readonly stretches = new Map<string, number>();
  private stretchUnits = 0;
  private readonly words = new Map<string, number>();
  private total = 0;
  private dropped = 0;
  private dropThreshold = 0;

  constructor(
    private readonly stages: WordStages,
    { maxWords = MAX_WORDS, maxStretches = MAX_STRETCHES }: WordLimits = {},
  ) {
    this.maxWords = maxWords;
    this.maxStretches = maxStretches;
  }

  add(text: string): void {
    for (let at = 0; at < text.length;) {
      const end = this.scanner.next(text, at);
      for (let from = at; from < end;) {
        const to = cutAt(text, from, end);
        this.addStretch(text.slice(from, to));
        from = to;
      }
      at = end;
    }
  }

  finish(): WordCounts {
    this.partStretches();
    const { words, total, dropped, dropThreshold } = this;
    return { words, total, dropped, dropThreshold };
  }

  private addStretch(stretch: string): void {
    const count = this.stretches.get(stretch);
    if (count !== undefined) {
      this.stretches.set(stretch, count + 1);
      return;
    }
    this.stretches.set(detached(stretch), 1);
    this.stretchUnits += stretch.length;
    const isFull = this.stretches.size >= this.maxStretches;
    if (isFull || this.stretchUnits >= 16 * this.maxStretches) this.partStretches();
  }

  private partStretches(): void {
    const { normalizer, preTokenizer } = this.stages;
    const context = { isStart: true, textStart: true };
    for (const [stretch, count] of this.stretches) {
      const normalized = normalizer.normalize(AlignedText.of(stretch), WHOLE_TEXT);
      if (normalized.length === 0) continue;
      for (const { text } of preTokenizer.split([normalized], context)) this.addWord(text, count);
    }
    this.stretches.clear();
    this.stretchUnits = 0;
  }

  private addWord(word: string, count: number): void {
    if (word === '') return;
    this.total += count;
    const known = this.words.get(word);
    this.words.set(known === undefined ? detached(word) : word, (known ?? 0) + count);
    if (this.words.size > this.maxWords) this.dropRarest();
  }

  private dropRarest(): void {
    const { words } = this;
    const counts = Int32Array.from(words.values()).sort();
    const threshold = counts[counts.length >> 2]!;
    this.dropThreshold += threshold;
    for (const [word, count] of words) {
      if (count > threshold) continue;
      this.dropped += count;
      words.delete(word);
    }
  }
}

/** Cut of a part: its end or, if it is too long, between two characters. */
function cutAt(text: string, from: number, end: number): number {
  const to = from + MAX_STRETCH;
  if (to >= end) return end;
  const isInside = (text.charCodeAt(to) & 0xfc00) === 0xdc00;
  return isInside ? to + 1 : to;
}
