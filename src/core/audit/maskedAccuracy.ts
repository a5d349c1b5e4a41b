import { randomStream, shuffled } from '../random.js';
import {
  placesOf,
  scoreVersions,
  type AuditedModel,
  type OccludedText,
  type OnText,
} from './occlusion.js';
import { predictionOf } from './findWords.js';

/** Shares of the words of a text that are masked at random. */
export const MASKED_SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** Part of the right predictions at one share of masked words. */
export interface MaskedAccuracy {
  readonly share: number;
  readonly accuracy: number;
}

/**
 * Accuracy with a share of the words masked at random. It falls smoothly for a model that was trained with
 * masks, and at once for one to which masked text is foreign (Madsen, Reddy and Chandar 2024,
 * arXiv:2310.07819).
 *
 * @param expected the labels of each text, in the form of `predictionOf`
 */
export async function measureMaskedAccuracy(
  model: AuditedModel,
  texts: readonly OccludedText[],
  {
    expected,
    seed,
    onText = () => undefined,
  }: {
    readonly expected: readonly string[];
    readonly seed: number;
    readonly onText?: OnText;
  },
): Promise<MaskedAccuracy[]> {
  const right = MASKED_SHARES.map(() => 0);
  for (const [i, text] of texts.entries()) {
    onText(i, texts.length);
    const words = shuffled(text.words, randomStream('audit', 'masked accuracy', seed, i));
    // The more masked words hold the fewer, so that the curve has less noise.
    const versions = MASKED_SHARES.slice(1).map((share) =>
      placesOf(words.slice(0, Math.round(share * words.length))),
    );
    const [scored] = await scoreVersions(model, [{ text, versions }]);
    [scored!.logits, ...scored!.masked].forEach((logits, at) => {
      if (predictionOf(logits, model.apply) === expected[i]) right[at]!++;
    });
  }
  return MASKED_SHARES.map((share, at) => ({ share, accuracy: right[at]! / texts.length }));
}
