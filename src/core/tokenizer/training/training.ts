/** How far a training has come: `done` of `total` units of one phase. */
export interface TrainingProgress {
  readonly phase: 'reading' | 'merging' | 'seeding' | 'estimating';
  readonly done: number;
  readonly total: number;
}

/**
 * Work in steps: whoever drives it may show its progress, let other things happen between two
 * steps, or stop it for good.
 */
export type Training<T> = Generator<TrainingProgress, T, undefined>;

/** Drives a training to its end without a pause. */
export function finished<T>(training: Training<T>): T {
  for (;;) {
    const step = training.next();
    if (step.done === true) return step.value;
  }
}

/** How a vocabulary is to be trained. */
export interface VocabularyOptions {
  /** Tokens wanted, special tokens included; fewer if the text has not that many. */
  readonly vocabularySize: number;
  /** Pairs (of Unigram: pieces) that occur less often become no token. */
  readonly minFrequency: number;
  readonly lowercase: boolean;
  /** Distinct characters kept, the most frequent first; bytes are always all kept. */
  readonly alphabetSize?: number;
}
