import type { Example } from '../data/documents.js';
import type { Split } from '../data/split.js';
import { maskExample } from '../masking/maskExample.js';
import { randomStream, shuffled, type RandomKey } from '../random.js';
import type { RunSpec } from '../runs/schema.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { MaskedBatch } from './batch.js';
import { collate, planBatches, type PlannedBatch } from './batches.js';
import { planSteps } from './epochs.js';
import type { TrainingData } from './loop.js';

/** Evaluations cost time: a few hundred sequences tell the loss to about a hundredth. */
const MAX_HELD_OUT_EXAMPLES = 256;

/**
 * Batches for masked-language modelling. Training examples are masked anew each epoch (dynamic
 * masking, Liu et al. 2019, arXiv:1907.11692); held-out ones always in the same way, so that
 * evaluations compare.
 */
export function createMaskedData(
  split: Split<Example>,
  { spec, tokenizer }: { spec: RunSpec; tokenizer: Tokenizer },
): TrainingData {
  const { batchSize, seed, accumulation } = spec.training;
  const lengthOf = ({ ids }: Example): number => ids.length + tokenizer.frameSize;
  const materialize = (planned: PlannedBatch, draw: readonly RandomKey[]): MaskedBatch => {
    const masks = planned.examples.map((example) =>
      maskExample(example, spec.masking, { tokenizer, draw }),
    );
    return collate(planned, masks, tokenizer);
  };
  const planOf = (epoch: number): PlannedBatch[] =>
    planBatches(split.train, { batchSize, shuffle: [seed, epoch], lengthOf });

  const heldOut = shuffled(split.heldOut, randomStream('held-out', spec.data.splitSeed));
  const heldOutPlan = planBatches(heldOut.slice(0, MAX_HELD_OUT_EXAMPLES), {
    batchSize,
    shuffle: null,
    lengthOf,
  });
  let heldOutBatches: MaskedBatch[] | null = null;

  const steps = planSteps(planOf, accumulation);
  return {
    stepsPerEpoch: steps.stepsPerEpoch,
    trainBatches: (step) => {
      const { epoch, batches } = steps.at(step);
      return batches.map((planned) => materialize(planned, ['train', seed, epoch]));
    },
    heldOutBatches: () =>
      (heldOutBatches ??= heldOutPlan.map((planned) => materialize(planned, ['held-out']))),
  };
}
