import { wordPieceStages, type WordPieceSpelling } from '../definition/wordPieceDefinition.js';
import { wordPieceTraining } from './wordPieceTrainer.js';
import { bytePairStages, bytePairTraining } from './bytePairTrainer.js';
import type { Training, VocabularyOptions } from './training.js';
import { unigramStages, unigramTraining } from './unigramTrainer.js';
import { WordCounter, type WordCounts, type WordLimits } from './wordCounts.js';
import { wordStagesOf, type StageDefinitions } from './wordStages.js';

/** Kinds of vocabularies that can be trained. */
export const VOCABULARY_MODELS = ['wordpiece', 'byte-wordpiece', 'bpe', 'unigram'] as const;
export type VocabularyModel = (typeof VOCABULARY_MODELS)[number];

/** Minimum vocabulary size, including special tokens and single characters or bytes. */
export const SMALLEST_VOCABULARY: Readonly<Record<VocabularyModel, number>> = {
  wordpiece: 300,
  'byte-wordpiece': 600,
  bpe: 300,
  unigram: 300,
};
export const LARGEST_VOCABULARY = 1_000_000;

interface Recipe {
  readonly stages: (options: VocabularyOptions) => StageDefinitions;
  readonly train: (counts: WordCounts, options: VocabularyOptions) => Training<object>;
}

const RECIPES: Readonly<Record<VocabularyModel, Recipe>> = {
  wordpiece: wordPiece({ bytes: false }),
  'byte-wordpiece': wordPiece({ bytes: true }),
  bpe: { stages: bytePairStages, train: bytePairTraining },
  unigram: { stages: unigramStages, train: unigramTraining },
};

function wordPiece(spelling: Pick<WordPieceSpelling, 'bytes'>): Recipe {
  return {
    stages: (options) => wordPieceStages({ ...options, ...spelling }),
    train: (counts, options) => wordPieceTraining(counts, { ...options, ...spelling }),
  };
}

/** Counts the words of texts as a kind of tokenizer splits them. */
export function vocabularyWordCounter(
  model: VocabularyModel,
  options: VocabularyOptions,
  limits?: WordLimits,
): WordCounter {
  return new WordCounter(wordStagesOf(RECIPES[model].stages(options)), limits);
}

/** Trains a vocabulary and returns the content of its `tokenizer.json`. */
export function vocabularyTraining(
  model: VocabularyModel,
  counts: WordCounts,
  options: VocabularyOptions,
): Training<object> {
  return RECIPES[model].train(counts, options);
}
