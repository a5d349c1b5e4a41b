import { KeyNumbers } from '../collections/disjointSets.js';
import { GrowingArray } from '../collections/growingArray.js';
import { linesOf } from './textLines.js';

const SHORTEST = 2;
const LONGEST = 300;
const LETTER = /\p{L}/u;

/**
 * Normalizes a line for comparison, without case, white space and numbers; `null` if it is too
 * long.
 */
function foldLine(line: string): string | null {
  if (line.length > 2 * LONGEST) return null;
  const folded = line.trim().replaceAll(/\s+/g, ' ').replaceAll(/\d+/g, '0').toLowerCase();
  const isCompared = folded.length >= SHORTEST && folded.length <= LONGEST && LETTER.test(folded);
  return isCompared ? folded : null;
}

/** Lines that occur in many texts. */
export class RepeatedLines {
  constructor(private readonly lines: KeyNumbers) {}

  get size(): number {
    return this.lines.size;
  }

  has(line: string): boolean {
    const folded = foldLine(line);
    return folded !== null && this.lines.has(folded);
  }
}

/**
 * Counts the texts (files, pages, mails) in which each line occurs, so that cleaning knows which
 * lines repeat. Numbers in a line do not count: "Page 3 of 12" is one line. Memory is bounded: about 40
 * bytes per distinct line up to `capacity`; above it, every count goes down by one and what is at none
 * is forgotten (Misra and Gries 1982), so rare lines may be missed and none is counted too often.
 */
export class BoilerplateCounter {
  private numbers = new KeyNumbers();
  private counts = new GrowingArray((capacity) => new Int32Array(capacity));
  /** Last text in which a line was counted. */
  private lastTexts = new GrowingArray((capacity) => new Int32Array(capacity));
  private texts = 0;
  private readonly minimumTexts: number;
  private readonly capacity: number;

  constructor({ minimumTexts = 5, capacity = 1_000_000 }: BoilerplateCounterOptions = {}) {
    this.minimumTexts = minimumTexts;
    this.capacity = capacity;
  }

  /** Adds a text, or more of the previous one if `continues` is set. */
  add(text: string, { continues = false }: { readonly continues?: boolean } = {}): void {
    if (!continues) this.texts++;
    for (const { from, to } of linesOf(text)) {
      const folded = to - from > 2 * LONGEST ? null : foldLine(text.slice(from, to));
      if (folded === null) continue;
      if (this.numbers.size >= this.capacity) this.forgetRare();
      this.count(this.numbers.of(folded));
    }
  }

  /** Lines that occur in `minimumTexts` texts or more. */
  finish(): RepeatedLines {
    const repeated = new KeyNumbers();
    this.counts.view().forEach((count, number) => {
      if (count >= this.minimumTexts) repeated.ofBits(this.numbers.key(number));
    });
    return new RepeatedLines(repeated);
  }

  private count(number: number): void {
    if (number === this.counts.length) {
      this.counts.push(0);
      this.lastTexts.push(0);
    }
    if (this.lastTexts.view()[number] === this.texts) return;
    this.lastTexts.view()[number] = this.texts;
    this.counts.view()[number]!++;
  }

  private forgetRare(): void {
    const { numbers, counts, lastTexts } = this;
    this.numbers = new KeyNumbers();
    this.counts = new GrowingArray((capacity) => new Int32Array(capacity));
    this.lastTexts = new GrowingArray((capacity) => new Int32Array(capacity));
    counts.view().forEach((count, number) => {
      if (count <= 1) return;
      this.numbers.ofBits(numbers.key(number));
      this.counts.push(count - 1);
      this.lastTexts.push(lastTexts.view()[number]!);
    });
  }
}

export interface BoilerplateCounterOptions {
  /** Minimum number of texts in which a boilerplate line occurs. */
  readonly minimumTexts?: number;
  /** Maximum number of distinct lines counted at once. */
  readonly capacity?: number;
}
