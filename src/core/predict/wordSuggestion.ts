import type { TextRange } from '../text/words.js';
import type { Confusion } from './confusion.js';
import { bitsOf } from './probabilities.js';

/** A word that was probably meant in place of the one that is there. */
export interface WordSuggestion extends TextRange {
  readonly word: string;
  readonly replacement: string;
  readonly confusion: Confusion;
  /** Log-probability of the replacement minus that of the word, in nats. */
  readonly margin: number;
  /** Probability of the replacement. */
  readonly probability: number;
}

/** Least margin in nats, and least probability, of a replacement that is suggested. */
export interface Threshold {
  readonly margin: number;
  readonly probability: number;
  /**
   * Least lead in nats over other words that may have been meant: of `whould`, both `would` and
   * `should` may. Default: 0.
   */
  readonly lead?: number;
}

export type Thresholds = Readonly<Record<Confusion, Threshold>>;

/** The threshold of what is never suggested. */
export const NEVER: Threshold = { margin: Infinity, probability: 1 };

/**
 * Thresholds for the bundled model, chosen on 1,800 paragraphs with and without errors (`npm run
 * eval:suggestions`). Mistyped words were precise enough at none.
 */
export const THRESHOLDS: Thresholds = {
  misspelled: { margin: 14, probability: 0.02, lead: 1 },
  confused: { margin: 5, probability: 0.02 },
  mistyped: NEVER,
};

/** The least that is asked of any suggestion. */
export function lowest(thresholds: Thresholds): Threshold {
  const all = Object.values(thresholds);
  return {
    margin: Math.min(...all.map(({ margin }) => margin)),
    probability: Math.min(...all.map(({ probability }) => probability)),
  };
}

/**
 * Surprisal in bits below which a word gets no suggestion: no other word can be more probable by the
 * smallest margin.
 */
export function leastSurprisal(thresholds: Thresholds = THRESHOLDS): number {
  return bitsOf(lowest(thresholds).margin);
}
