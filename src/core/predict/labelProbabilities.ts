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

/** Functions that turn logits into scores of labels. */
export const LABEL_FUNCTIONS = ['softmax', 'sigmoid', 'none'] as const;
export type LabelFunction = (typeof LABEL_FUNCTIONS)[number];

/** Scores from a row of logits. */
export function scoresOf(logits: Float32Array, apply: LabelFunction): number[] {
  switch (apply) {
    case 'none':
      return [...logits];
    case 'sigmoid':
      return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
    case 'softmax': {
      const normalizer = logSumExp(logits);
      return Array.from(logits, (logit) => Math.exp(logit - normalizer));
    }
  }
}

/**
 * Label probabilities from a row of logits, in the order of the labels: softmax for exactly one
 * label, sigmoid for independent labels.
 */
export function labelProbabilities(
  logits: Float32Array,
  { labels, multiLabel }: LabelOutputs,
): LabelProbability[] {
  const scores = scoresOf(logits, multiLabel ? 'sigmoid' : 'softmax');
  return labels.map((label, i) => ({ label, probability: scores[i]! }));
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
