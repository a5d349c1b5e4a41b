import type { LabelledExample } from '../../data/examples/labelledExamples.js';
import { padSequences } from '../../tokenizer/padSequences.js';
import type { SplitName } from '../../data/records.js';
import type { LabelledObjective } from '../../objectives/objective.js';
import { randomStream, shuffled } from '../../random.js';
import type { RunSpec, TaskSpec, TrainingSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import { planBatches, type PlannedBatch, type PlanOptions } from '../../batches/batches.js';
import { planSteps, type Batches } from './epochs.js';
import { rowsOf } from '../evaluation/answers.js';
import { evaluatedAs, lossSumOf, targetsOf } from '../../batches/losses.js';
import { planScoring, type ScorableData, type ScoredBatch } from './scoredData.js';

/** Limit on evaluated rows: enough to estimate an accuracy to about one percentage point. */
const MAX_HELD_OUT_EXAMPLES = 2000;

/** An example with its group, null without one. */
export interface GroupedExample extends LabelledExample {
  readonly group: string | null;
}

export type LabelledSplit = Readonly<Record<SplitName, readonly GroupedExample[]>>;

export interface CollateOptions {
  readonly objective: LabelledObjective;
  readonly task: TaskSpec;
  readonly pad: number;
}

/** Parts of a spec that batches of labelled texts depend on. */
export interface BatchSpec {
  readonly training: Pick<TrainingSpec, 'batchSize' | 'seed' | 'accumulation'>;
  readonly data: Pick<RunSpec['data'], 'splitSeed'>;
}

export interface LabelledData extends ScorableData {
  /** Held-out examples that the metrics are computed from. */
  readonly evaluated: readonly GroupedExample[];
}

/** Batches of labelled texts, in buckets of length, in another order each epoch. */
export function createLabelledData(
  split: LabelledSplit,
  { spec, ...options }: { spec: BatchSpec } & CollateOptions,
): LabelledData {
  const { batchSize, seed, accumulation } = spec.training;
  const planOf = <E extends LabelledExample>(
    examples: readonly E[],
    name: PlanOptions['shuffle'],
    longest = 0,
  ): Batches<PlannedBatch<E>> => {
    const lengthOf = (i: number): number => examples[i]!.ids.length;
    const plan = planBatches(examples.length, { batchSize, shuffle: name, lengthOf, longest });
    return {
      length: plan.length,
      at: (position) => {
        const { length, indices } = plan.at(position);
        return { length, examples: Array.from(indices, (index) => examples[index]!) };
      },
    };
  };
  const evaluated = function* (examples: readonly LabelledExample[]): Generator<TrainingBatch> {
    const plan = planOf(examples, null);
    for (let i = 0; i < plan.length; i++) {
      yield collateLabelled(plan.at(i), options, { weighted: false });
    }
  };
  const mixed = shuffled(split.heldOut, randomStream('held-out', spec.data.splitSeed));
  const heldOut = mixed.slice(0, MAX_HELD_OUT_EXAMPLES);
  const scoredBatches = function* (
    examples: readonly GroupedExample[],
    longest: number,
  ): Generator<ScoredBatch> {
    const plan = planOf(examples, null, longest);
    for (let i = 0; i < plan.length; i++) yield scoredBatch(plan.at(i), options);
  };
  let heldOutBatches: TrainingBatch[] | null = null;
  const steps = planSteps((epoch) => planOf(split.train, [seed, epoch]), accumulation);
  return {
    evaluated: heldOut,
    stepsPerEpoch: steps.stepsPerEpoch,
    trainBatches: (step) =>
      steps.at(step).batches.map((planned) => collateLabelled(planned, options)),
    heldOutBatches: () => (heldOutBatches ??= [...evaluated(heldOut)]),
    testBatches: split.test.length === 0 ? null : () => evaluated(split.test),
    scored: (name, { further }) => {
      const longest = split[name].reduce((most, { ids }) => Math.max(most, ids.length), 0);
      const parts =
        name === 'heldOut'
          ? { evaluated: heldOut, others: mixed.slice(MAX_HELD_OUT_EXAMPLES) }
          : { evaluated: split.test, others: [] };
      return planScoring(parts, {
        ...{ further, batchSize },
        keyOf: ({ key }) => key,
        batchesOf: (block) => scoredBatches(block, longest),
      });
    },
  };
}

function scoredBatch(planned: PlannedBatch<GroupedExample>, options: CollateOptions): ScoredBatch {
  const { objective, task } = options;
  const batch = collateLabelled(planned, options, { weighted: false });
  const columns = objective.outputs(task).length;
  const loss = evaluatedAs(objective.loss(task));
  const { targets } = targetsOf(batch, loss, columns);
  return {
    batch,
    read: (all) => {
      const [nextRow, nextTargets] = [rowsOf(all, columns), rowsOf(targets, columns)];
      return planned.examples.map((example) => {
        const nll: number[] = [];
        const logits: number[][] = [];
        const answer = objective.answer(example, task, () => {
          const row = nextRow();
          const one = { targets: nextTargets(), weights: Float32Array.of(1) };
          nll.push(lossSumOf(row, one, loss.kind));
          logits.push(Array.from(row));
          return row;
        });
        const { key, file, line, group, pair } = example;
        const text = pair === null ? example.text : `${example.text} / ${pair}`;
        return { text, key, file, line, group, nll, scored: { kind: 'answer', answer, logits } };
      });
    },
  };
}

/**
 * Lays labelled texts out as tensors. A row of the targets is a text, or for tags a word; those are
 * padded to a multiple of a bucket with rows of weight 0. `weighted` applies the class weights,
 * which are for training only: evaluations on held-out text count every row alike.
 */
export function collateLabelled(
  { length, examples }: PlannedBatch<LabelledExample>,
  { objective, task, pad }: CollateOptions,
  { weighted = true }: { weighted?: boolean } = {},
): TrainingBatch {
  const targets = objective.targets(examples, task, { length, weighted });
  return { ...padSequences(examples, { pad, length }), ...targets };
}
