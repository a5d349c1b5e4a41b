import type { LabelledExample } from '../../data/examples/labelledExamples.js';
import type { SplitName } from '../../data/records.js';
import { randomStream, shuffled } from '../../random.js';
import type { RunSpec, TrainingSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import { planBatches, type PlannedBatch, type PlanOptions } from '../../batches/batches.js';
import { collateLabelled, type CollateOptions, type EvaluationOptions } from './collateLabelled.js';
import { planSteps, type Batches } from './epochs.js';
import type { MaskInputs } from './maskInputs.js';
import { rowsOf } from '../evaluation/answers.js';
import { evaluatedAs, lossSumOf, targetsOf } from '../../batches/losses.js';
import type { ViewsOf } from '../debias/wordViews.js';
import {
  areWhole,
  evaluatedByWindows,
  joinedRows,
  longestSequence,
  windowBatches,
} from './windowBatches.js';
import { planScoring, type ScorableData, type ScoredBatch } from './scoredData.js';

/** Limit on evaluated rows: enough to estimate an accuracy to about one percentage point. */
const MAX_HELD_OUT_EXAMPLES = 2000;

/** An example with its group, null without one. */
export interface GroupedExample extends LabelledExample {
  readonly group: string | null;
}

export type LabelledSplit = Readonly<Record<SplitName, readonly GroupedExample[]>>;

/** Parts of a spec that batches of labelled texts depend on. */
export interface BatchSpec {
  readonly training: Pick<TrainingSpec, 'batchSize' | 'seed' | 'accumulation'>;
  readonly data: Pick<RunSpec['data'], 'splitSeed'>;
}

export interface LabelledData extends ScorableData {
  /** Held-out examples that the metrics are computed from. */
  readonly evaluated: readonly GroupedExample[];
}

export interface LabelledDataOptions extends CollateOptions {
  readonly spec: BatchSpec;
  /** Masks the texts of training batches. Default, `null`: no masks. */
  readonly maskInputs?: MaskInputs | null;
  /** Weights, constants on logits and further views of training examples. Default: none. */
  readonly terms?: ExampleTerms;
}

/** Parts of the loss of training examples beyond their targets. */
export interface ExampleTerms {
  /** Weight of an example in the loss. Default, `null`: 1. */
  readonly weightOf: ((example: LabelledExample) => number) | null;
  /** [outputs] constants on the logits of a text. Default, `null`: none. */
  readonly offsetsOf: ((example: LabelledExample) => Float32Array) | null;
  /** Further batches of each step, which the loss of the task does not read. */
  readonly views: ViewsOf | null;
}

const NO_TERMS: ExampleTerms = { weightOf: null, offsetsOf: null, views: null };

/**
 * Batches of labelled texts, in buckets of length, in another order each epoch. Only training batches
 * are masked and weighted by class: evaluations on held-out and test text are of the original texts.
 */
export function createLabelledData(
  split: LabelledSplit,
  { spec, maskInputs = null, terms = NO_TERMS, ...options }: LabelledDataOptions,
): LabelledData {
  const { weightOf, offsetsOf, views } = terms;
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
  const evaluationOf = (examples: readonly LabelledExample[]): EvaluationOptions => {
    return { batchSize, longest: longestSequence(examples), ...options };
  };
  const evaluated = function* (examples: readonly LabelledExample[]): Generator<TrainingBatch> {
    const plan = planOf(examples, null);
    const evaluation = evaluationOf(examples);
    for (let i = 0; i < plan.length; i++) yield evaluationBatch(plan.at(i), evaluation);
  };
  const mixed = shuffled(split.heldOut, randomStream('held-out', spec.data.splitSeed));
  const heldOut = mixed.slice(0, MAX_HELD_OUT_EXAMPLES);
  const scoredBatches = function* (
    examples: readonly GroupedExample[],
    { longest, evaluation }: { longest: number; evaluation: EvaluationOptions },
  ): Generator<ScoredBatch> {
    const plan = planOf(examples, null, longest);
    for (let i = 0; i < plan.length; i++) yield scoredBatch(plan.at(i), evaluation);
  };
  let heldOutBatches: TrainingBatch[] | null = null;
  const steps = planSteps((epoch) => planOf(split.train, [seed, epoch]), accumulation);
  const trained = evaluationOf(split.train);
  return {
    evaluated: heldOut,
    stepsPerEpoch: steps.stepsPerEpoch,
    isRepeated: maskInputs === null && views === null,
    trainBatches: (step) => {
      const { epoch, batches } = steps.at(step);
      const { stepsPerEpoch } = steps;
      const weightsOf = (examples: readonly LabelledExample[]): readonly number[] | null =>
        weightOf === null ? null : examples.map(weightOf);
      const own = batches.flatMap(({ length, examples: originals }, batch) => {
        const place = { epoch, step, batch, stepsPerEpoch };
        const examples = maskInputs === null ? originals : maskInputs(originals, place);
        const weights = weightsOf(originals);
        const offsets = offsetsOf === null ? null : originals.map(offsetsOf);
        if (!areWhole(examples)) return windowBatches(examples, trained, { weights, offsets });
        return {
          ...collateLabelled(withinLongest({ length, examples }, trained), options),
          ...(weights === null ? {} : { exampleWeights: Float32Array.from(weights) }),
          ...(offsets === null ? {} : { logitOffsets: joinedRows(offsets) }),
        };
      });
      if (views === null) return own;
      const viewed = batches.map(({ examples }) => ({ examples, weights: weightsOf(examples) }));
      return [...own, ...views(viewed, { epoch }, trained)];
    },
    heldOutBatches: () => (heldOutBatches ??= [...evaluated(heldOut)]),
    testBatches: split.test.length === 0 ? null : () => evaluated(split.test),
    scored: (name, { further }) => {
      const longest = split[name].reduce((most, { ids }) => Math.max(most, ids.length), 0);
      const evaluation = evaluationOf(split[name]);
      const parts =
        name === 'heldOut'
          ? { evaluated: heldOut, others: mixed.slice(MAX_HELD_OUT_EXAMPLES) }
          : { evaluated: split.test, others: [] };
      return planScoring(parts, {
        ...{ further, batchSize },
        keyOf: ({ key }) => key,
        batchesOf: (block) => scoredBatches(block, { longest, evaluation }),
      });
    },
  };
}

/** A batch of texts to evaluate, by their windows if one of them has any. */
export function evaluationBatch(
  planned: PlannedBatch<LabelledExample>,
  options: EvaluationOptions,
): TrainingBatch {
  return areWhole(planned.examples)
    ? collateLabelled(withinLongest(planned, options), options, { weighted: false })
    : evaluatedByWindows(planned.examples, options);
}

/** Whole texts beside one with windows may be planned longer than any sequence. */
function withinLongest<E>(
  { length, examples }: PlannedBatch<E>,
  { longest }: Pick<EvaluationOptions, 'longest'>,
): PlannedBatch<E> {
  return { length: Math.min(length, longest), examples };
}

function scoredBatch(
  planned: PlannedBatch<GroupedExample>,
  options: EvaluationOptions,
): ScoredBatch {
  const { objective, task } = options;
  const batch = evaluationBatch(planned, options);
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
