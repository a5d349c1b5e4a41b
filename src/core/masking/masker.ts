import type { RandomKey } from '../random.js';
import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskingPolicy } from './policy/policy.js';

/** Stands for a rule's index where the policy's own rate, not a rule, chose. */
export const NO_RULE = -1;
/** Stands for a rule's index where a word is listed under `always`. */
export const ALWAYS = -2;

/**
 * What of a text may be masked, in units that are masked as a whole, in order and without overlap.
 * What must never be masked is left out. One entry a unit.
 */
export interface Annotation {
  /** UTF-16 offsets into the text. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of the rule that covers the unit, `NO_RULE` or `ALWAYS`. */
  readonly rules: Int16Array;
  /** Tokens `[tokenStarts[i], tokenEnds[i])` are the unit: rates are shares of tokens. */
  readonly tokenStarts: Int32Array;
  readonly tokenEnds: Int32Array;
}

export type Replacement = 'mask' | 'random' | 'keep';

/** A stretch of a text that is masked. */
export interface PlannedMask {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Its tokens. */
  readonly tokenStart: number;
  readonly tokenEnd: number;
  readonly rule: number;
  readonly replacement: Replacement;
}

export interface DrawOptions {
  /** What this masking is for, e.g. a run's seed, the epoch and the key of the text. */
  readonly draw: readonly RandomKey[];
  /** Instead of the policy's rate, where a schedule says so. */
  readonly rate?: number;
  /** Masks one unit where chance chose none, so that no training sequence is without a target. */
  readonly atLeastOne?: boolean;
}

/**
 * Applies a policy. The editor's preview, masked datasets and training all go through it: one text,
 * one seed, one answer, whatever batch or process it is masked in.
 */
export interface Masker {
  readonly policy: MaskingPolicy;
  /**
   * Where the rules apply: independent of chance, so that it can be kept.
   *
   * @param file what the text is of, relative to the workspace; absent: places of any file count
   */
  annotate(text: string, encoding: Encoding, file?: string): Annotation;
  /** What is masked of an annotated text, in order. */
  plan(annotation: Annotation, options: DrawOptions): readonly PlannedMask[];
  /** The ids of a text's tokens with what the model sees in the place of those that are masked. */
  inputIds(
    ids: Int32Array,
    plan: readonly PlannedMask[],
    options: Pick<DrawOptions, 'draw'>,
  ): Int32Array;
}

export interface Collocation {
  /** Occurrences in the data. */
  readonly count: number;
  /** Pointwise mutual information of its weakest split into parts, in nats. */
  readonly pmi: number;
}

/** What rules need to know of the data as a whole: counted in a pass of its own, where needed. */
export interface CorpusStatistics {
  readonly texts: number;
  /** Number of texts that a word (lower case) occurs in. */
  readonly documentFrequencies: ReadonlyMap<string, number>;
  /** Candidates for phrases that belong together: words in lower case with a space between. */
  readonly collocations: ReadonlyMap<string, Collocation>;
}

export interface MaskerOptions {
  readonly tokenizer: Tokenizer;
  /** Null where no rule of the policy needs it. */
  readonly statistics: CorpusStatistics | null;
}
