import { encodeTexts, type EncodeOptions } from '../../core/data/examples/encodeTexts.js';
import { cancelled } from '../../core/errors.js';
import type { AbortState } from '../../core/predict/runRows.js';
import { swapWords, type WordSwaps } from '../../core/text/wordSwaps.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import type { UnplacedScore } from '../../core/train/data/scoredData.js';
import { evaluateExamples } from './evaluateModel.js';
import type { LabelledModel } from './labelledModel.js';

/** Parts of a model that encode a text and predict its labels. */
export type SwappedModel = Pick<
  LabelledModel,
  'task' | 'tokenizer' | 'logits' | 'maxLength' | 'truncation' | 'stride'
>;

/** Texts with words of a list, and those whose predicted label changes when these are swapped. */
export interface SwapCounts {
  readonly texts: number;
  readonly flips: number;
}

/**
 * Predicts the labels of texts again with words exchanged (counterfactual data, Kaushik et al. 2020,
 * arXiv:1909.12434, by a list instead of by people). Texts without a word of the list are left out.
 * Throws `Cancelled`.
 */
export async function countSwapFlips(
  model: SwappedModel,
  examples: readonly GroupedExample[],
  swaps: WordSwaps,
  signal?: AbortState,
): Promise<SwapCounts> {
  const before: GroupedExample[] = [];
  const after: GroupedExample[] = [];
  const { tokenizer, maxLength, truncation, stride } = model;
  for (const example of examples) {
    const text = swapWords(example.text, swaps);
    const pair = example.pair === null ? null : swapWords(example.pair, swaps);
    if (text === null && pair === null) continue;
    before.push(example);
    const options = { tokenizer, maxLength, truncation, stride };
    after.push(withTexts(example, [text ?? example.text, pair ?? example.pair], options));
  }
  if (before.length === 0) return { texts: 0, flips: 0 };
  const predictions = await predictionsOf(model, before);
  if (signal?.aborted === true) throw cancelled();
  const swapped = await predictionsOf(model, after);
  const flips = swapped.filter((prediction, i) => prediction !== predictions[i]).length;
  return { texts: before.length, flips };
}

/** An example with other texts and the same labels and key. */
function withTexts(
  example: GroupedExample,
  [text, pair]: readonly [string, string | null],
  options: EncodeOptions,
): GroupedExample {
  return { ...example, text, pair, ...encodeTexts(text, pair, options) };
}

/** Predicted labels of examples, in their order. */
async function predictionsOf(
  model: SwappedModel,
  examples: readonly GroupedExample[],
): Promise<string[]> {
  // Texts may occur twice, so that their keys do not tell them apart.
  const numbered = examples.map((example, i) => ({ ...example, key: String(i) }));
  const byKey = new Map<string, string>();
  await evaluateExamples(model, numbered, (score) => byKey.set(score.key, predictedLabels(score)));
  return numbered.map(({ key }) => byKey.get(key) ?? '');
}

/** Predicted labels in a form that can be compared; empty for numbers and tags. */
export function predictedLabels({ scored }: UnplacedScore): string {
  return scored.kind === 'answer' && scored.answer.kind === 'labels'
    ? JSON.stringify(scored.answer.predicted)
    : '';
}
