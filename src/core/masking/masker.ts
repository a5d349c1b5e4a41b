import type { RandomKey } from '../random.js';
import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskingPolicy } from './policy/policy.js';

/** Rule index of random masking at the rate of the policy. */
export const NO_RULE = -1;
/** Rule index of words that are listed under `always`. */
export const ALWAYS = -2;

/**
 * Maskable units of a text in order, without overlap. Each is masked as a whole; text that is never
 * masked has no unit. One entry per unit.
 */
export interface Annotation {
  /** UTF-16 offsets into the text. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of the rule that covers the unit, `NO_RULE` or `ALWAYS`. */
  readonly rules: Int16Array;
  /** The unit has the tokens `[tokenStarts[i], tokenEnds[i])`; mask rates count tokens. */
  readonly tokenStarts: Int32Array;
  readonly tokenEnds: Int32Array;
}

export type Replacement = 'mask' | 'random' | 'keep';

/** A masked stretch of a text. */
export interface PlannedMask {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Index of the first token, and index after the last one. */
  readonly tokenStart: number;
  readonly tokenEnd: number;
  readonly rule: number;
  readonly replacement: Replacement;
}

export interface DrawOptions {
  /** Keys of the random draw, such as the seed of a run, the epoch and the key of the text. */
  readonly draw: readonly RandomKey[];
  /** Mask rate from a schedule. Default: the rate of the policy. */
  readonly rate?: number;
  /** Masks one unit if none was drawn, so that each training sequence has a target. */
  readonly atLeastOne?: boolean;
}

/**
 * Applies a policy, for the preview, masked datasets and training. The same text and seed give the
 * same masks in any batch or process.
 */
export interface Masker {
  readonly policy: MaskingPolicy;
  /**
   * Finds the units that rules cover. The result does not depend on the seed and can be kept.
   *
   * @param file path of the file of the text, relative to the workspace. Default: places of any file
   *   match
   */
  annotate(text: string, encoding: Encoding, file?: string): Annotation;
  /** Masks of an annotated text, in order. */
  plan(annotation: Annotation, options: DrawOptions): readonly PlannedMask[];
  /** Token ids of a text with the masked ones replaced, as the model sees them. */
  inputIds(
    ids: Int32Array,
    plan: readonly PlannedMask[],
    options: Pick<DrawOptions, 'draw'>,
  ): Int32Array;
}

export interface Collocation {
  /** Occurrences in the data. */
  readonly count: number;
  /** Pointwise mutual information of the weakest split into parts, in nats. */
  readonly pmi: number;
}

/** Statistics of the whole dataset that some rules need, counted in a separate pass. */
export interface CorpusStatistics {
  readonly texts: number;
  /** Number of texts in which a word (in lowercase) occurs. */
  readonly documentFrequencies: ReadonlyMap<string, number>;
  /** Candidates for collocations: words in lowercase, separated by spaces. */
  readonly collocations: ReadonlyMap<string, Collocation>;
}

export interface MaskerOptions {
  readonly tokenizer: Tokenizer;
  /** `null` if no rule of the policy needs them. */
  readonly statistics: CorpusStatistics | null;
}
