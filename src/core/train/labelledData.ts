import type { LabelledExample } from '../data/examples/labelledExamples.js';
import { padSequences } from '../tokenizer/padSequences.js';
import type { SplitName } from '../data/records.js';
import type { LabelledObjective } from '../objectives/objective.js';
import { randomStream, shuffled } from '../random.js';
import type { RunSpec, TaskSpec } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';
import { planBatches, type PlannedBatch, type PlanOptions } from './batches.js';
import { planSteps, type Batches } from './epochs.js';
import type { TrainingData } from './loop.js';

/** Evaluations cost time, and this many rows tell an accuracy to about a hundredth. */
const MAX_HELD_OUT_EXAMPLES = 2000;

export type LabelledSplit = Readonly<Record<SplitName, readonly LabelledExample[]>>;

export interface CollateOptions {
  readonly objective: LabelledObjective;
  readonly task: TaskSpec;
  readonly pad: number;
}

/** Batches of labelled texts, in buckets of length, in another order each epoch. */
export function createLabelledData(
  split: LabelledSplit,
  { spec, ...options }: { spec: RunSpec } & CollateOptions,
): TrainingData {
  const { batchSize, seed, accumulation } = spec.training;
  const planOf = (
    examples: readonly LabelledExample[],
    name: PlanOptions['shuffle'],
  ): Batches<PlannedBatch<LabelledExample>> => {
    const lengthOf = (i: number): number => examples[i]!.ids.length;
    const plan = planBatches(examples.length, { batchSize, shuffle: name, lengthOf });
    return {
      length: plan.length,
      at: (position) => {
        const { length, indices } = plan.at(position);
        return { length, examples: Array.from(indices, (index) => examples[index]!) };
      },
    };
  };
  const measured = function* (examples: readonly LabelledExample[]): Generator<TrainingBatch> {
    const plan = planOf(examples, null);
    for (let i = 0; i < plan.length; i++) {
      yield collateLabelled(plan.at(i), options, { weighted: false });
    }
  };
  const heldOut = shuffled(split.heldOut, randomStream('held-out', spec.data.splitSeed));
  let heldOutBatches: TrainingBatch[] | null = null;
  const steps = planSteps((epoch) => planOf(split.train, [seed, epoch]), accumulation);
  return {
    stepsPerEpoch: steps.stepsPerEpoch,
    trainBatches: (step) =>
      steps.at(step).batches.map((planned) => collateLabelled(planned, options)),
    heldOutBatches: () =>
      (heldOutBatches ??= [...measured(heldOut.slice(0, MAX_HELD_OUT_EXAMPLES))]),
    testBatches: split.test.length === 0 ? null : () => measured(split.test),
  };
}

/**
 * Lays labelled texts out as tensors. A row of the targets is a text, or for tags a word; those are
 * padded to a multiple of a bucket with rows of weight 0. `weighted` applies the class weights,
 * which are for training only: measures on held-out text count every row alike.
 */
export function collateLabelled(
  { length, examples }: PlannedBatch<LabelledExample>,
  { objective, task, pad }: CollateOptions,
  { weighted = true }: { weighted?: boolean } = {},
): TrainingBatch {
  const targets = objective.targets(examples, task, { length, weighted });
  return { ...padSequences(examples, { pad, length }), ...targets };
}
