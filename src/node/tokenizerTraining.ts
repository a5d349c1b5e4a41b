import { setImmediate } from 'node:timers/promises';
import { WordStatistics, profiledWords } from '../core/data/profileWords.js';
import { splitOf } from '../core/data/split.js';
import { AppError } from '../core/errors.js';
import { parseTokenizer } from '../core/text/parseTokenizer.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import type {
  Training,
  TrainingProgress,
  VocabularyOptions,
} from '../core/text/training/training.js';
import {
  vocabularyTraining,
  vocabularyWordCounter,
  type VocabularyModel,
} from '../core/text/training/vocabularyTrainer.js';
import type { WordCounts, WordLimits } from '../core/text/training/wordCounts.js';
import { fastContentKey } from './contentKeys.js';

export interface TokenizerTrainingRequest {
  readonly model: VocabularyModel;
  readonly options: VocabularyOptions;
  readonly texts: AsyncIterable<string> | Iterable<string>;
  /** Words kept in memory while they are counted. */
  readonly limits?: WordLimits;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

export interface TrainedTokenizer {
  readonly tokenizerJson: object;
  readonly tokenizer: Tokenizer;
  /** Texts that the vocabulary was trained on. */
  readonly textCount: number;
  readonly words: Pick<WordCounts, 'total' | 'dropped'> & { readonly distinct: number };
  readonly sample: TextSample;
}

/** Texts to measure tokenizers with. */
export interface TextSample {
  readonly texts: readonly string[];
  /** False where there was too little text to keep any out of the training. */
  readonly isHeldOut: boolean;
}

/** How well a vocabulary covers texts. */
export interface Coverage {
  readonly words: number;
  readonly tokensPerWord: number;
  /** Share of the words that have a token for something unknown in them. */
  readonly unknownShare: number;
  readonly charactersPerToken: number;
}

const HELD_OUT = { seed: 0, heldOutFraction: 0.05 };
/** Characters that are kept to measure with. */
const SAMPLE_SIZE = 1_000_000;
/** Milliseconds of work between two looks at what else there is to do. */
const PAUSE_AFTER = 50;

/**
 * Trains a vocabulary on texts as they come. Throws `Cancelled` when it is told to stop and
 * `UserInput` where there are no words or the vocabulary is too small for their characters.
 */
export async function trainTokenizer(request: TokenizerTrainingRequest): Promise<TrainedTokenizer> {
  const { model, options, texts, limits, onProgress, signal } = request;
  const counter = vocabularyWordCounter(model, options, limits);
  const pause = pauses(signal);
  const sample = new Sampler();
  let textCount = 0;
  for await (const text of texts) {
    await pause();
    if (sample.keepsOut(text)) continue;
    counter.add(text);
    textCount++;
    if (textCount % 1000 === 0) onProgress?.({ phase: 'reading', done: textCount, total: 0 });
  }
  const counts = counter.finish();
  if (counts.total === 0) throw noWords();
  const training = vocabularyTraining(model, counts, options);
  const tokenizerJson = await driven(training, { pause, ...(onProgress && { onProgress }) });
  return {
    tokenizerJson,
    tokenizer: parseTokenizer(tokenizerJson),
    textCount,
    words: { total: counts.total, dropped: counts.dropped, distinct: counts.words.size },
    sample: sample.finish(),
  };
}

/** What a tokenizer makes of texts: words are what Unicode takes for such. */
export function coverageOf(tokenizer: Tokenizer, texts: readonly string[]): Coverage {
  const statistics = new WordStatistics(tokenizer);
  let characters = 0;
  let tokens = 0;
  for (const text of texts) {
    const encoding = tokenizer.encode(text);
    statistics.add(text, { words: profiledWords(text), encoding, hidden: [] });
    characters += text.length;
    tokens += encoding.ids.length;
  }
  const { words, tokensPerWord, unknown } = statistics.vocabulary()!;
  return {
    words,
    tokensPerWord,
    unknownShare: words === 0 ? 0 : unknown / words,
    charactersPerToken: tokens === 0 ? 0 : characters / tokens,
  };
}

/** Keeps texts out of the training by their content, so that a copy of one is kept out as well. */
class Sampler {
  private readonly heldOut = new Map<string, string>();
  private heldOutSize = 0;
  private readonly trained: string[] = [];
  private trainedSize = 0;

  keepsOut(text: string): boolean {
    const key = fastContentKey(text);
    if (this.heldOut.has(key)) return true;
    if (this.heldOutSize < SAMPLE_SIZE && splitOf(key, HELD_OUT) === 'heldOut') {
      this.heldOut.set(key, text);
      this.heldOutSize += text.length;
      return true;
    }
    if (this.trainedSize < SAMPLE_SIZE / 4) {
      this.trained.push(text);
      this.trainedSize += text.length;
    }
    return false;
  }

  finish(): TextSample {
    const isHeldOut = this.heldOut.size > 0;
    return { texts: isHeldOut ? [...this.heldOut.values()] : this.trained, isHeldOut };
  }
}

/** Lets other work have its turn, and throws `Cancelled` once that is wanted. */
function pauses(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > PAUSE_AFTER) {
      await setImmediate();
      last = performance.now();
    }
    if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
  };
}

async function driven<T>(
  training: Training<T>,
  {
    pause,
    onProgress,
  }: { pause: () => Promise<void>; onProgress?: (progress: TrainingProgress) => void },
): Promise<T> {
  for (;;) {
    const step = training.next();
    if (step.done === true) return step.value;
    onProgress?.(step.value);
    await pause();
  }
}

function noWords(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: 'There are no words in this text.',
      remedy:
        'Choose files with more text: a vocabulary is worth training from about a megabyte on.',
    },
  });
}
