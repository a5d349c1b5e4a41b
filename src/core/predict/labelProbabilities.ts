import { logSumExp } from './probabilities.js';

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/**
 * Probabilities of labels from a row of logits, in the order of the labels: of exactly one of them
 * (softmax), or of each by itself (sigmoid).
 */
export function labelProbabilities(
  logits: Float32Array,
  { labels, multiLabel }: { labels: readonly string[]; multiLabel: boolean },
): LabelProbability[] {
  const normalizer = multiLabel ? 0 : logSumExp(logits);
  return labels.map((label, i) => ({
    label,
    probability: multiLabel ? 1 / (1 + Math.exp(-logits[i]!)) : Math.exp(logits[i]! - normalizer),
  }));
}

/** Labels that are predicted: the most probable one, or all that are more likely than not. */
export function predictedLabels(
  probabilities: readonly LabelProbability[],
  { multiLabel }: { multiLabel: boolean },
): string[] {
  if (multiLabel) {
    return probabilities.filter(({ probability }) => probability > 0.5).map(({ label }) => label);
  }
  const best = probabilities.reduce((a, b) => (b.probability > a.probability ? b : a));
  return [best.label];
}

/** The most probable first; ties in the order of the labels. */
export function ranked(probabilities: readonly LabelProbability[]): LabelProbability[] {
  return [...probabilities].sort((a, b) => b.probability - a.probability);
}
