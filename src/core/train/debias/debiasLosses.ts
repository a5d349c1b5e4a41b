import type { LossTerm, LossTerms } from '../../batches/losses.js';
import { lossOf, objectiveOf } from '../../objectives/objectives.js';
import type { DebiasSpec, RunSpec } from '../../runs/schema.js';

/** Loss between predictions on a text and on the same text without some of its words. */
export const CONSISTENCY_LOSS = 'consistency';
/** Loss of the masked words that MASKER reconstructs, by the masked-LM head. */
export const RECONSTRUCTION_LOSS = 'reconstruction';
/** Divergence of MASKER from equal probabilities where most of a text is masked. */
export const UNIFORM_LOSS = 'uniform';

/** Name of the second head that MASKER trains with. */
export const RECONSTRUCTION_HEAD = 'masked-lm';

/**
 * Losses of a run, that of its task first:
 *
 * - consistency: L + λ KL(p(x without words) ‖ p(x)), whose target is the model's own prediction, as
 *   in unsupervised data augmentation (Xie et al. 2020, arXiv:1904.12848), for the occlusion of
 *   identity terms (Kennedy et al. 2020, arXiv:2005.02439); squared differences of numbers. The
 *   prediction without the words is the target: the other way round, the model learns that a mask
 *   means the word that it hides.
 * - masker: L + λ L_MKR + λ L_MER (Moon et al. 2021, arXiv:2012.09392).
 */
export function lossesOf({
  task,
  debias,
}: Pick<RunSpec, 'task'> & { readonly debias: DebiasSpec | null }): LossTerms {
  const first = lossOf(task);
  if (debias === null) return [first];
  const { weight } = debias;
  const plain = { weight, labelSmoothing: 0, classWeights: null };
  switch (debias.kind) {
    case 'consistency': {
      const isNumber = objectiveOf(task).loss(task).kind === 'meanSquaredError';
      const kind = isNumber ? 'meanSquaredError' : 'klDivergence';
      return [first, { name: CONSISTENCY_LOSS, kind, ...plain }];
    }
    case 'masker': {
      const reconstruction: LossTerm = {
        ...{ name: RECONSTRUCTION_LOSS, head: RECONSTRUCTION_HEAD },
        ...{ kind: 'vocabularyCrossEntropy', ...plain },
      };
      return [first, reconstruction, { name: UNIFORM_LOSS, kind: 'klDivergence', ...plain }];
    }
    case 'product-of-experts':
    case 'errors':
    case 'groups':
      return [first];
  }
}
