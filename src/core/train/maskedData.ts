import { ExampleSubset, type ExampleStore } from '../data/examples/exampleStore.js';
import type { SplitName } from '../data/records.js';
import type { Masker } from '../masking/masker.js';
import { maskTokens } from '../masking/maskTokens.js';
import { drawKeys, rateAt } from '../masking/planning/rateSchedule.js';
import { randomStream, shuffle, type RandomKey } from '../random.js';
import type { RunSpec } from '../runs/schema.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskedBatch } from './batch.js';
import { collate, planBatches, type BatchPlan, type PlanOptions } from './batches.js';
import { planSteps } from './epochs.js';
import { totalStepsOf, type TrainingData } from './loop.js';

/** Evaluations cost time: a few hundred sequences tell the loss to about a hundredth. */
const MAX_HELD_OUT_EXAMPLES = 256;

export interface MaskedDataOptions {
  readonly spec: RunSpec;
  readonly tokenizer: Tokenizer;
  readonly masker: Masker;
}

/**
 * Batches for masked-language modelling. Training examples are masked anew each epoch (dynamic
 * masking, Liu et al. 2019, arXiv:1907.11692) unless the policy is static, at the rate that its
 * schedule gives at the step; held-out and test examples always in the same way, at the policy's
 * rate, so that evaluations compare.
 */
export function createMaskedData(
  split: Readonly<Record<SplitName, ExampleStore>>,
  { spec, tokenizer, masker }: MaskedDataOptions,
): TrainingData {
  const { batchSize, seed, accumulation } = spec.training;
  const { policy } = masker;
  const materialize = (
    store: ExampleStore,
    { length, indices }: ReturnType<BatchPlan['at']>,
    options: { draw: readonly RandomKey[]; rate: number },
  ): MaskedBatch => {
    const examples = Array.from(indices, (index) => store.get(index));
    const masks = examples.map((example) => maskTokens(example, masker, { tokenizer, ...options }));
    return collate({ length, examples }, masks, tokenizer);
  };
  const planOf = (store: ExampleStore, name: PlanOptions['shuffle']): BatchPlan =>
    planBatches(store.length, {
      batchSize,
      shuffle: name,
      lengthOf: (i) => store.lengthOf(i) + tokenizer.frameSize,
    });
  const measured = function* (store: ExampleStore): Generator<MaskedBatch> {
    const plan = planOf(store, null);
    for (let i = 0; i < plan.length; i++) {
      yield materialize(store, plan.at(i), { draw: ['held-out'], rate: policy.rate });
    }
  };

  const steps = planSteps((epoch) => planOf(split.train, [seed, epoch]), accumulation);
  const totalSteps = totalStepsOf(spec, steps.stepsPerEpoch);
  const mixed = Uint32Array.from({ length: split.heldOut.length }, (_, i) => i);
  shuffle(mixed, randomStream('held-out', spec.data.splitSeed));
  const heldOut = new ExampleSubset(split.heldOut, mixed.subarray(0, MAX_HELD_OUT_EXAMPLES));
  let heldOutBatches: MaskedBatch[] | null = null;

  return {
    stepsPerEpoch: steps.stepsPerEpoch,
    trainBatches: (step) => {
      const { epoch, batches } = steps.at(step);
      const draw = drawKeys(policy, { seed, epoch });
      const rate = rateAt(policy, step / Math.max(1, totalSteps - 1));
      return batches.map((planned) => materialize(split.train, planned, { draw, rate }));
    },
    heldOutBatches: () => (heldOutBatches ??= [...measured(heldOut)]),
    testBatches: split.test.length === 0 ? null : () => measured(split.test),
  };
}
