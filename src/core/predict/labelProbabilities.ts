import { logSumExp } from './probabilities.js';

/** Outputs of a model that are labels, in the order of the logits. */
export interface LabelOutputs {
  readonly labels: readonly string[];
  /** Whether a text can have several of them. */
  readonly multiLabel: boolean;
}

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/**
 * Label probabilities from a row of logits, in the order of the labels: softmax for exactly one
 * label, sigmoid for independent labels.
 */
export function labelProbabilities(
  logits: Float32Array,
  { labels, multiLabel }: LabelOutputs,
): LabelProbability[] {
  const normalizer = multiLabel ? 0 : logSumExp(logits);
  return labels.map((label, i) => ({
    label,
    probability: multiLabel ? 1 / (1 + Math.exp(-logits[i]!)) : Math.exp(logits[i]! - normalizer),
  }));
}

/** Predicted labels: the most probable one, or all with a probability above 0.5 for multi-label. */
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

/** Most probable first; ties keep the order of the labels. */
export function ranked(probabilities: readonly LabelProbability[]): LabelProbability[] {
  return [...probabilities].sort((a, b) => b.probability - a.probability);
}
