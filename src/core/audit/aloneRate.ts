import { scoresOf } from '../predict/labelProbabilities.js';
import type { WordFinding } from './findWords.js';
import {
  highest,
  placesOf,
  scoreVersions,
  type AuditedModel,
  type OccludedText,
} from './occlusion.js';

const MOST_TEXTS = 20;
/** Probability from which a model is confident. */
export const CONFIDENT = 0.9;

/**
 * Share of the texts of a finding that the model still assigns to its label, with a probability of at
 * least 0.9, when all other words are masked: confidence without context. At most 20 texts, those in
 * which the word has the largest effect.
 */
export async function measureAlone(
  model: AuditedModel,
  { word, label, examples }: Pick<WordFinding, 'word' | 'label' | 'examples'>,
  texts: readonly OccludedText[],
): Promise<number> {
  const index = model.labels.indexOf(label);
  const scored = await scoreVersions(
    model,
    examples.slice(0, MOST_TEXTS).map((at) => {
      const text = texts[at]!;
      return { text, versions: [placesOf(text.words.filter((other) => other.word !== word))] };
    }),
  );
  const isConfident = ({ masked: [alone] }: (typeof scored)[number]): boolean => {
    const isPredicted = model.apply === 'sigmoid' || highest(alone!) === index;
    return isPredicted && scoresOf(alone!, model.apply)[index]! >= CONFIDENT;
  };
  return scored.filter(isConfident).length / scored.length;
}
