import { ExampleSubset, type ExampleStore } from '../../data/examples/exampleStore.js';
import type { SplitName } from '../../data/records.js';
import type { Masker } from '../../masking/masker.js';
import { maskTokens } from '../../masking/maskTokens.js';
import { drawKeys, rateAt } from '../../masking/planning/rateSchedule.js';
import { randomStream, shuffle, type RandomKey } from '../../random.js';
import type { PreparationSpec } from '../../specs/preparationSpec.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import type { ExampleOrigin } from '../../data/examples/origin.js';
import type { MaskedBatch } from '../../batches/batch.js';
import { collate, planBatches, type BatchPlan, type PlanOptions } from '../../batches/batches.js';
import { planSteps } from './epochs.js';
import { totalStepsOf } from './trainingData.js';
import { logSumExp } from '../../predict/probabilities.js';
import { rowsOf } from '../evaluation/answers.js';
import { planScoring, type ScorableData, type ScoredBatch } from './scoredData.js';

/** Logits of a batch that is scored: 64 MB. */
const MAX_LOGITS = 1 << 24;

/** Limit on evaluated sequences: enough to estimate the loss to about one percent. */
const MAX_HELD_OUT_EXAMPLES = 256;

export interface MaskedDataOptions {
  readonly spec: PreparationSpec;
  readonly tokenizer: Tokenizer;
  readonly masker: Masker;
  /** Origin of a sequence by its index in the store. */
  readonly originOf: (index: number) => ExampleOrigin;
}

/**
 * Batches for masked language modeling. Training examples get new masks in each epoch (dynamic
 * masking, Liu et al. 2019, arXiv:1907.11692) unless the policy is static, at the rate that its
 * schedule gives at the step; held-out and test examples always in the same way, at the policy's
 * rate, so that evaluations compare.
 */
export function createMaskedData(
  split: Readonly<Record<SplitName, ExampleStore>>,
  { spec, tokenizer, masker, originOf }: MaskedDataOptions,
): ScorableData {
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
  const planOf = (
    store: ExampleStore,
    options: Omit<PlanOptions, 'lengthOf' | 'batchSize'> & { readonly batchSize?: number },
  ): BatchPlan =>
    planBatches(store.length, {
      batchSize,
      lengthOf: (i) => store.lengthOf(i) + tokenizer.frameSize,
      ...options,
    });
  const evaluating = { draw: ['held-out'], rate: policy.rate };
  const evaluated = function* (store: ExampleStore): Generator<MaskedBatch> {
    const plan = planOf(store, { shuffle: null });
    for (let i = 0; i < plan.length; i++) {
      yield materialize(store, plan.at(i), evaluating);
    }
  };

  const tokenOf = (id: number): { id: number; token: string } => ({
    id,
    token: tokenizer.hasToken(id) ? tokenizer.idToToken(id) : '',
  });
  const scoredBatches = function* (
    store: ExampleStore,
    options: { readonly batchSize: number; readonly longest: number },
  ): Generator<ScoredBatch> {
    const plan = planOf(store, { shuffle: null, ...options });
    for (let i = 0; i < plan.length; i++) {
      const planned = plan.at(i);
      const batch = materialize(store, planned, evaluating);
      yield {
        batch,
        read: (logits) => {
          const nextRow = rowsOf(logits, logits.length / batch.rowCount);
          return Array.from(planned.indices, (index) => {
            const { key, ...example } = store.get(index);
            const masks = maskTokens({ key, ...example }, masker, { tokenizer, ...evaluating });
            const read = masks.map((mask) => {
              const row = nextRow();
              const rule = masker.policy.rules[mask.rule]?.name;
              return {
                nll: logSumExp(row) - row[mask.original]!,
                token: {
                  index: mask.index,
                  original: tokenOf(mask.original),
                  predicted: tokenOf(row.indexOf(row.reduce((a, b) => Math.max(a, b)))),
                  ...(rule === undefined ? {} : { rule }),
                },
              };
            });
            return {
              key,
              ...originOf(store.sourceOf(index)),
              nll: read.map(({ nll }) => nll),
              text: null,
              scored: { kind: 'maskedTokens', tokens: read.map(({ token }) => token) },
            };
          });
        },
      };
    }
  };

  const steps = planSteps((epoch) => planOf(split.train, { shuffle: [seed, epoch] }), accumulation);
  const totalSteps = totalStepsOf(spec, steps.stepsPerEpoch);
  const mixed = Uint32Array.from({ length: split.heldOut.length }, (_, i) => i);
  shuffle(mixed, randomStream('held-out', spec.data.splitSeed));
  const heldOut = new ExampleSubset(split.heldOut, mixed.subarray(0, MAX_HELD_OUT_EXAMPLES));
  let heldOutBatches: MaskedBatch[] | null = null;

  return {
    stepsPerEpoch: steps.stepsPerEpoch,
    isRepeated: false,
    trainBatches: (step) => {
      const { epoch, batches } = steps.at(step);
      const draw = drawKeys(policy, { seed, epoch });
      const rate = rateAt(policy, step / Math.max(1, totalSteps - 1));
      return batches.map((planned) => materialize(split.train, planned, { draw, rate }));
    },
    heldOutBatches: () => (heldOutBatches ??= [...evaluated(heldOut)]),
    testBatches: split.test.length === 0 ? null : () => evaluated(split.test),
    scored: (name, { further }) => {
      const store = split[name];
      let longest = tokenizer.frameSize;
      for (let i = 0; i < store.length; i++) {
        longest = Math.max(longest, store.lengthOf(i) + tokenizer.frameSize);
      }
      const room = Math.floor(MAX_LOGITS / (tokenizer.vocabularySize * Math.max(1, longest)));
      const shape = { longest, batchSize: Math.max(1, Math.min(batchSize, room)) };
      const parts =
        name === 'heldOut'
          ? {
              evaluated: [...mixed.subarray(0, MAX_HELD_OUT_EXAMPLES)],
              others: [...mixed.subarray(MAX_HELD_OUT_EXAMPLES)],
            }
          : { evaluated: Array.from({ length: store.length }, (_, i) => i), others: [] };
      return planScoring(parts, {
        further,
        batchSize: shape.batchSize,
        keyOf: (index) => store.get(index).key,
        batchesOf: (block) =>
          scoredBatches(new ExampleSubset(store, Uint32Array.from(block)), shape),
      });
    },
  };
}
