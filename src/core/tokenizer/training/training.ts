/** Progress of a training: `done` of `total` units of one phase. */
export interface TrainingProgress {
  readonly phase: 'reading' | 'merging' | 'seeding' | 'estimating';
  readonly done: number;
  readonly total: number;
}

/** Work in steps, so that the caller can show progress, yield between steps, or stop. */
export type Training<T> = Generator<TrainingProgress, T, undefined>;

/** Runs a training to its end without pausing. */
export function finished<T>(training: Training<T>): T {
  for (;;) {
    const step = training.next();
    if (step.done === true) return step.value;
  }
}

/** Options for training a vocabulary. */
export interface VocabularyOptions {
  /** Vocabulary size, including special tokens; smaller if the text is too short. */
  readonly vocabularySize: number;
  /** Minimum frequency of pairs (for Unigram: pieces) that become tokens. */
  readonly minFrequency: number;
  readonly lowercase: boolean;
  /** Maximum number of distinct characters, most frequent first; bytes are always kept. */
  readonly alphabetSize?: number;
}
