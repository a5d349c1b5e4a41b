import { logSumExp } from '../../predict/probabilities.js';
import type { LabelledExample } from '../../data/examples/labelledExamples.js';
import { nearDuplicateGroups } from '../../data/splitting/nearDuplicateGroups.js';
import { randomStream } from '../../random.js';
import type { CollateOptions } from '../data/collateLabelled.js';
import type { GroupedExample } from '../data/labelledData.js';
import { fitBagOfWords, targetsOfText, textOf } from '../evaluation/baselines.js';

/** Parts of the training rows, each predicted by a bag of words of the other parts. */
const FOLDS = 5;

export interface WordExpert {
  /** [outputs] constants on the logits of each example. */
  readonly offsets: ReadonlyMap<LabelledExample, Float32Array>;
  /** Weighted share of the examples whose most probable label is theirs; `null` for several labels. */
  readonly accuracy: number | null;
}

/**
 * Log-probabilities of a bag-of-words expert, times `scale`, that training adds to the logits as a
 * product of experts (Hinton 2002; Clark et al. 2019, arXiv:1909.03683), so that the model learns what
 * the expert does not predict; log-odds where each label is a product. The expert is fitted with the
 * weights of the examples. Each example is predicted by an expert that has not seen it, nor a
 * near-duplicate of it or an example of its group.
 */
export function fitWordExpert(
  train: readonly GroupedExample[],
  {
    scale,
    weightOf,
  }: { readonly scale: number; readonly weightOf: (example: LabelledExample) => number },
  options: CollateOptions,
): WordExpert {
  const { objective, task } = options;
  const isOneOf = objective.loss(task).kind !== 'binaryCrossEntropy';
  const groups = nearDuplicateGroups(
    train.map(textOf),
    train.map(({ group }) => group),
  );
  const folds = groups.map((first) =>
    Math.floor(FOLDS * randomStream('expert fold', train[first]!.key)()),
  );
  const offsets = new Map<LabelledExample, Float32Array>();
  let [correct, total] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = train.filter((_, i) => folds[i] !== fold);
    const predict = others.length === 0 ? null : fitBagOfWords(others, options, weightOf);
    train.forEach((example, i) => {
      if (folds[i] !== fold) return;
      const targets = targetsOfText(example, options);
      const logits = Float32Array.from(predict?.(example) ?? new Float32Array(targets.length));
      const normalizer = isOneOf ? logSumExp(logits) : 0;
      offsets.set(
        example,
        logits.map((logit) => scale * (logit - normalizer)),
      );
      const weight = weightOf(example);
      total += weight;
      if (highest(logits) === highest(targets)) correct += weight;
    });
  }
  return { offsets, accuracy: isOneOf ? correct / total : null };
}

function highest(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
