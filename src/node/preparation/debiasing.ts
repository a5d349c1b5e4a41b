import { inputError } from '../../core/errors.js';
import type { LabelledExample } from '../../core/data/examples/labelledExamples.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import type { DebiasSpec } from '../../core/runs/schema.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { CollateOptions } from '../../core/train/data/collateLabelled.js';
import type { ExampleTerms, GroupedExample } from '../../core/train/data/labelledData.js';
import { WordMasks } from '../../core/train/data/wordMasks.js';
import { maskingOthers, maskingWords } from '../../core/train/debias/discouragedWords.js';
import { balanceCells, type Cell } from '../../core/train/debias/exampleWeights.js';
import { fitWordExpert } from '../../core/train/debias/wordExpert.js';
import { consistencyViews, maskerViews } from '../../core/train/debias/wordViews.js';

/** Whether a model predicts each text wrongly, in their order. */
export type WrongPredictions = (
  model: NonNullable<DebiasSpec['model']>,
  examples: readonly LabelledExample[],
) => Promise<readonly boolean[]>;

export interface DebiasingOptions extends CollateOptions {
  readonly tokenizer: Tokenizer;
  readonly seed: number;
  /** Weights of the rows in the data and of the shifted sample. */
  readonly weightOf: (example: LabelledExample) => number;
  /** `null` where no model may be loaded: rows then keep their weights. */
  readonly wrongPredictions: WrongPredictions | null;
}

/** Effect of a debiasing method on the training examples. */
export interface Debiasing extends ExampleTerms {
  /** Findings for the log. */
  readonly notes: readonly Message[];
}

const NONE: Debiasing = { weightOf: null, offsetsOf: null, views: null, notes: [] };

/** Masks of MASKER: keywords to reconstruct, and other words (Moon et al. 2021). */
const KEYWORD_RATE = 0.5;
const CONTEXT_RATE = 0.9;

/** Prepares a debiasing method. Throws `UserInput` for words that no training text has. */
export async function prepareDebiasing(
  debias: DebiasSpec | null,
  train: readonly GroupedExample[],
  options: DebiasingOptions,
): Promise<Debiasing> {
  if (debias === null) return NONE;
  const { tokenizer, seed, weightOf, wrongPredictions } = options;
  const { kind, weight, model } = debias;
  switch (kind) {
    case 'consistency': {
      const words = wordsToDiscourage(debias, train, { tokenizer, rate: 1 });
      return { ...NONE, views: consistencyViews(words.masks), notes: [words.note] };
    }
    case 'masker': {
      const words = wordsToDiscourage(debias, train, { tokenizer, rate: KEYWORD_RATE });
      const policy = maskingOthers(wordsOf(debias), CONTEXT_RATE);
      const others = wordMasksOf(train, policy, tokenizer);
      const views = maskerViews({ words: words.masks, others, seed, tokenizer });
      return { ...NONE, views, notes: [words.note] };
    }
    case 'product-of-experts': {
      const { offsets, accuracy } = fitWordExpert(train, { scale: weight, weightOf }, options);
      const offsetsOf = (example: LabelledExample): Float32Array => offsets.get(example)!;
      const note =
        accuracy === null
          ? message('training.expertFitted')
          : message('training.expertPredicts', { share: { share: accuracy } });
      return { ...NONE, offsetsOf, notes: [note] };
    }
    case 'errors': {
      if (model === null) throw new RangeError('no model whose errors count');
      if (wrongPredictions === null) return NONE;
      const areWrong = await wrongPredictions(model, train);
      const wrong = new Set<LabelledExample>(train.filter((_, i) => areWrong[i]));
      const counts = { count: wrong.size, total: train.length, model: model.name, weight };
      return {
        ...NONE,
        weightOf: (example) => (wrong.has(example) ? weight : 1),
        notes: [message('training.errorsWeighted', counts)],
      };
    }
    case 'groups': {
      const words = wordsToDiscourage(debias, train, { tokenizer, rate: 1 });
      const { weights, cells } = balanceCells(train, {
        hasWords: (example) => words.masks.has(example),
        weightOf,
      });
      const list = cells.map(cellMessage);
      return {
        ...NONE,
        weightOf: (example) => weights.get(example)!,
        notes: [words.note, message('training.groupsBalanced', { cells: { list, join: 'and' } })],
      };
    }
  }
}

function cellMessage({ label, hasWords, rows, weight }: Cell): Message {
  const id = hasWords ? 'training.cellWithWords' : 'training.cellWithoutWords';
  return message(id, { label, count: rows, weight: Number(weight.toPrecision(3)) });
}

function wordsOf({ words }: DebiasSpec): MaskingPolicy {
  if (words === null) throw new RangeError('no words to discourage');
  return words;
}

/** Masks of the words to discourage, and in how many texts they are. */
function wordsToDiscourage(
  debias: DebiasSpec,
  train: readonly LabelledExample[],
  { tokenizer, rate }: { readonly tokenizer: Tokenizer; readonly rate: number },
): { readonly masks: WordMasks; readonly note: Message } {
  const policy = wordsOf(debias);
  const masks = wordMasksOf(train, maskingWords(policy, rate), tokenizer);
  const count = train.filter((example) => masks.has(example)).length;
  const name = policy.name ?? '';
  if (count === 0) throw inputError(problem('training.noWordsToDiscourage', { policy: name }));
  const counts = { count, total: train.length, policy: name };
  return { masks, note: message('training.wordsToDiscourage', counts) };
}

/** Words of the training texts that a policy masks, with its statistics counted on those texts. */
export function wordMasksOf(
  examples: readonly LabelledExample[],
  policy: MaskingPolicy,
  tokenizer: Tokenizer,
): WordMasks {
  const counter = needsStatistics(policy) ? new CorpusCounter(policy) : null;
  for (const { text, pair } of counter === null ? [] : examples) {
    counter?.add(text);
    if (pair !== null) counter?.add(pair);
  }
  const statistics = counter?.finish() ?? null;
  const words = new WordMasks(createMasker(policy, { tokenizer, statistics }), tokenizer);
  for (const example of examples) words.add(example);
  return words;
}
