import { FrequentItems, LengthHistogram } from '../data/streamCounts.js';
import {
  cueKey,
  TEXT_PATTERNS,
  type Cue,
  type LengthPattern,
  type TextCues,
  type TextPattern,
} from './cues.js';

/** Place of a text in the data. */
export interface CuePlace {
  /** Displayed name, relative to the workspace. */
  readonly file: string;
  /** Line, row or entry, from 1. */
  readonly line: number;
}

/** Number of texts with a cue, in all and by label, in the order of the labels of the table. */
export interface CueCount {
  readonly cue: Cue;
  readonly texts: number;
  readonly byLabel: readonly number[];
  /** The first texts with the cue. */
  readonly places: readonly CuePlace[];
}

/** Presence of cues in labeled texts. A text with several labels counts for each of them. */
export interface CueTable {
  /** Number of labeled texts. */
  readonly texts: number;
  readonly labels: readonly { readonly label: string; readonly texts: number }[];
  readonly cues: readonly CueCount[];
  /** Quartiles of the length in words, which the length cues compare with. */
  readonly quartiles: readonly [number, number, number];
  /** Whether every word was counted; with very many distinct words, rare ones are dropped. */
  readonly isComplete: boolean;
}

interface Counted {
  /** Lower than the number of texts if rare words were dropped. */
  count: number;
  texts: number;
  /** Number of texts by label value, from the first text with the cue on. */
  readonly byValue: number[];
  readonly places: CuePlace[];
  /** Number of earlier texts that may have had the word. */
  readonly missed: number;
}

export interface CueCounterOptions {
  /** Counts only these words. Default: all. */
  readonly words?: ReadonlySet<string>;
  /** Distinct words that are counted exactly; at most twice as many are kept. Default: 50,000. */
  readonly capacity?: number;
}

const WORDS = 50_000;
const PLACES = 3;
/** More label values are numbers, free text or identifiers. */
export const MOST_LABEL_VALUES = 200;
/** Words that may be undercounted by a larger share of their texts are not in the table. */
const TOLERATED_MISSES = 0.01;
const QUARTERS = [0.25, 0.5, 0.75] as const;

/**
 * Counts in how many texts each cue occurs, by label, in memory that does not grow with the data:
 * the most frequent words (Misra & Gries 1982) and a histogram of lengths per label.
 */
export class CueCounter {
  private texts = 0;
  private readonly values = new Map<string, number>();
  private readonly textsOfValue: number[] = [];
  private readonly lengths: LengthHistogram[] = [];
  private readonly allLengths = new LengthHistogram();
  private readonly words: FrequentItems<Counted>;
  private readonly patterns = new Map<TextPattern, Counted>();
  private readonly only: ReadonlySet<string> | null;
  private hasTooMany = false;

  constructor({ words, capacity = WORDS }: CueCounterOptions = {}) {
    this.only = words ?? null;
    this.words = new FrequentItems(capacity, () => newCount(this.words.uncertainty));
  }

  /** Whether there are too many label values for the counts to mean anything. */
  get isOverflowing(): boolean {
    return this.hasTooMany;
  }

  /** Adds a text with at least one label. */
  add(cues: TextCues, { labels, place }: { labels: readonly string[]; place: CuePlace }): void {
    if (this.hasTooMany) return;
    const values = [...new Set(labels)].map((label) => this.numberOf(label));
    if (this.values.size > MOST_LABEL_VALUES) {
      this.hasTooMany = true;
      return;
    }
    this.texts++;
    this.allLengths.add(cues.length);
    for (const value of values) {
      this.textsOfValue[value]!++;
      this.lengths[value]!.add(cues.length);
    }
    const count = (counted: Counted): void => {
      counted.texts++;
      for (const value of values) counted.byValue[value] = (counted.byValue[value] ?? 0) + 1;
      if (counted.places.length < PLACES) counted.places.push(place);
    };
    for (const word of cues.words) {
      if (this.only === null || this.only.has(word)) count(this.words.add(word));
    }
    for (const pattern of cues.patterns) {
      const counted = this.patterns.get(pattern) ?? newCount(0);
      this.patterns.set(pattern, counted);
      count(counted);
    }
  }

  /**
   * Counts so far.
   *
   * @param labelsOf labels in a value of the label column, such as those of "a;b". Default: the value
   * @param quartiles of the lengths that the length cues compare with. Default: those of these texts
   */
  table({
    labelsOf = (value) => [value],
    quartiles = this.quartiles(),
  }: {
    readonly labelsOf?: (value: string) => readonly string[];
    readonly quartiles?: CueTable['quartiles'];
  } = {}): CueTable {
    const valuesOf = new Map<string, number[]>();
    for (const [value, number] of this.values) {
      for (const label of new Set(labelsOf(value))) {
        const known = valuesOf.get(label);
        if (known === undefined) valuesOf.set(label, [number]);
        else known.push(number);
      }
    }
    const groups = [...valuesOf.values()];
    const byLabel = (byValue: readonly (number | undefined)[]): number[] =>
      groups.map((numbers) => numbers.reduce((sum, number) => sum + (byValue[number] ?? 0), 0));
    const texts = byLabel(this.textsOfValue);
    const cues: CueCount[] = [];
    for (const pattern of TEXT_PATTERNS) {
      const found = this.patterns.get(pattern);
      if (found === undefined) continue;
      const { texts: holding, places, byValue } = found;
      cues.push({
        cue: { kind: 'pattern', pattern },
        texts: holding,
        byLabel: byLabel(byValue),
        places,
      });
    }
    const upTo = quartiles.map((words) => ({
      all: this.allLengths.countUpTo(words),
      byLabel: byLabel(this.lengths.map((lengths) => lengths.countUpTo(words))),
    }));
    for (const [quarter, pattern] of LENGTH_CUES) {
      const below = upTo[quarter]!;
      const isShort = pattern === 'shortest';
      cues.push({
        cue: { kind: 'length', pattern, words: quartiles[quarter] },
        texts: isShort ? below.all : this.texts - below.all,
        byLabel: isShort ? below.byLabel : below.byLabel.map((count, i) => texts[i]! - count),
        places: [],
      });
    }
    for (const { key, item } of this.words.top(Infinity, ({ texts: holding }) => holding)) {
      const { texts: holding, missed, places, byValue } = item;
      if (missed > TOLERATED_MISSES * holding) continue;
      cues.push({
        cue: { kind: 'word', word: key },
        texts: holding,
        byLabel: byLabel(byValue),
        places,
      });
    }
    return {
      texts: this.texts,
      labels: [...valuesOf.keys()].map((label, i) => ({ label, texts: texts[i]! })),
      cues,
      quartiles,
      isComplete: this.words.isExact,
    };
  }

  private quartiles(): CueTable['quartiles'] {
    const [first, middle, third] = QUARTERS.map((share) => this.allLengths.quantile(share));
    return [first!, middle!, third!];
  }

  private numberOf(label: string): number {
    const known = this.values.get(label);
    if (known !== undefined) return known;
    const number = this.values.size;
    this.values.set(label, number);
    this.textsOfValue.push(0);
    this.lengths.push(new LengthHistogram());
    return number;
  }
}

const LENGTH_CUES: readonly (readonly [0 | 1 | 2, LengthPattern])[] = [
  [0, 'shortest'],
  [1, 'longer'],
  [2, 'longest'],
];

function newCount(missed: number): Counted {
  return { count: 0, texts: 0, byValue: [], places: [], missed };
}

/** Counts of a table by cue. */
export function countsByCue({ cues }: CueTable): Map<string, CueCount> {
  return new Map(cues.map((count) => [cueKey(count.cue), count]));
}
