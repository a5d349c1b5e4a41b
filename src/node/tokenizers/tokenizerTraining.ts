import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { parseTokenizer } from '../../core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type {
  Training,
  TrainingProgress,
  VocabularyOptions,
} from '../../core/tokenizer/training/training.js';
import {
  vocabularyTraining,
  vocabularyWordCounter,
  type VocabularyModel,
} from '../../core/tokenizer/training/vocabularyTrainer.js';
import type { WordCounts, WordLimits } from '../../core/tokenizer/training/wordCounts.js';
import { Pace } from '../runtime/pace.js';
import { TextSampler, type TextSample } from '../data/textSample.js';

export interface TokenizerTrainingRequest {
  readonly model: VocabularyModel;
  readonly options: VocabularyOptions;
  readonly texts: AsyncIterable<string> | Iterable<string>;
  /** Limits of the words kept in memory during counting. */
  readonly limits?: WordLimits;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

export interface TrainedTokenizer {
  readonly tokenizerJson: object;
  readonly tokenizer: Tokenizer;
  /** Number of texts that the vocabulary was trained on. */
  readonly textCount: number;
  readonly words: Pick<WordCounts, 'total' | 'dropped'> & { readonly distinct: number };
  readonly sample: TextSample;
}

/**
 * Trains a vocabulary on a stream of texts. Throws `Cancelled` when aborted, and `UserInput` if there
 * are no words or the vocabulary is too small for their characters.
 */
export async function trainTokenizer(request: TokenizerTrainingRequest): Promise<TrainedTokenizer> {
  const { model, options, texts, limits, onProgress, signal } = request;
  const counter = vocabularyWordCounter(model, options, limits);
  const pace = new Pace(signal);
  const sampler = new TextSampler();
  let textCount = 0;
  for await (const text of texts) {
    if (pace.isOver) await pace.turn();
    if (sampler.keepsOut(text)) continue;
    counter.add(text);
    textCount++;
    if (textCount % 1000 === 0) onProgress?.({ phase: 'reading', done: textCount, total: 0 });
  }
  const { givenBack, ...sample } = sampler.finish();
  for (const text of givenBack) counter.add(text);
  textCount += givenBack.length;
  const counts = counter.finish();
  if (counts.total === 0) throw inputError(problem('tokenizer.noWords'));
  const training = vocabularyTraining(model, counts, options);
  const tokenizerJson = await driven(training, { pace, ...(onProgress && { onProgress }) });
  return {
    tokenizerJson,
    tokenizer: parseTokenizer(tokenizerJson),
    textCount,
    words: { total: counts.total, dropped: counts.dropped, distinct: counts.words.size },
    sample,
  };
}

async function driven<T>(
  training: Training<T>,
  { pace, onProgress }: { pace: Pace; onProgress?: (progress: TrainingProgress) => void },
): Promise<T> {
  for (;;) {
    const step = training.next();
    if (step.done === true) return step.value;
    onProgress?.(step.value);
    if (pace.isOver) await pace.turn();
  }
}
