import { NO_LABEL, type LabelledExample } from '../data/examples/labelledExamples.js';
import type { SplitName } from '../data/records.js';
import { randomStream, shuffled } from '../random.js';
import type { RunSpec, TaskSpec } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';
import {
  COUNT_BUCKET,
  planBatches,
  roundUp,
  type PlannedBatch,
  type PlanOptions,
} from './batches.js';
import { planSteps, type Batches } from './epochs.js';
import type { TrainingData } from './loop.js';

/** Evaluations cost time, and this many rows tell an accuracy to about a hundredth. */
const MAX_HELD_OUT_EXAMPLES = 2000;

export type LabelledSplit = Readonly<Record<SplitName, readonly LabelledExample[]>>;

export type LabelledTask = Exclude<TaskSpec, { kind: 'masked-lm' }>;

export interface CollateOptions {
  readonly task: LabelledTask;
  readonly pad: number;
}

/** Batches of labelled texts, in buckets of length, in another order each epoch. */
export function createLabelledData(
  split: LabelledSplit,
  { spec, task, pad }: { spec: RunSpec } & CollateOptions,
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
      yield collateLabelled(plan.at(i), { task, pad }, { weighted: false });
    }
  };
  const heldOut = shuffled(split.heldOut, randomStream('held-out', spec.data.splitSeed));
  let heldOutBatches: TrainingBatch[] | null = null;
  const steps = planSteps((epoch) => planOf(split.train, [seed, epoch]), accumulation);
  return {
    stepsPerEpoch: steps.stepsPerEpoch,
    trainBatches: (step) =>
      steps.at(step).batches.map((planned) => collateLabelled(planned, { task, pad })),
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
  { task, pad }: CollateOptions,
  { weighted = true }: { weighted?: boolean } = {},
): TrainingBatch {
  const batchSize = examples.length;
  const inputIds = new BigInt64Array(batchSize * length).fill(BigInt(pad));
  const attentionMask = new BigInt64Array(batchSize * length);
  const hasPairs = examples.some(({ typeIds }) => typeIds !== null);
  const tokenTypeIds = hasPairs ? new BigInt64Array(batchSize * length) : null;
  let tokenCount = 0;
  examples.forEach(({ ids, typeIds }, row) => {
    const start = row * length;
    ids.forEach((id, i) => (inputIds[start + i] = BigInt(id)));
    typeIds?.forEach((type, i) => (tokenTypeIds![start + i] = BigInt(type)));
    attentionMask.fill(1n, start, start + ids.length);
    tokenCount += ids.length;
  });
  const common = { batchSize, length, inputIds, attentionMask, tokenTypeIds, tokenCount };
  const classWeights = 'classWeights' in task && weighted ? task.classWeights : null;
  const weightOf = (label: number): number => classWeights?.[label] ?? 1;
  if (task.kind === 'token-classification') {
    return { ...common, ...tagTargets(examples, length, weightOf) };
  }
  const isOneOf = examples.every(({ values }) => values === null);
  return {
    ...common,
    rowCount: batchSize,
    positions: null,
    labels: BigInt64Array.from(examples, ({ labels }) => BigInt(isOneOf ? labels[0]! : 0)),
    values: isOneOf ? null : Float32Array.from(examples.flatMap(({ values }) => values!)),
    weights: Float32Array.from(examples, ({ labels }) => (isOneOf ? weightOf(labels[0]!) : 1)),
  };
}

function tagTargets(
  examples: readonly LabelledExample[],
  length: number,
  weightOf: (label: number) => number,
): Pick<TrainingBatch, 'rowCount' | 'positions' | 'labels' | 'values' | 'weights'> {
  const used = examples.flatMap(({ labels }, row) =>
    labels.flatMap((label, i) => (label === NO_LABEL ? [] : [{ place: row * length + i, label }])),
  );
  const places = examples.length * length;
  const rowCount = Math.min(places, roundUp(Math.max(1, used.length), COUNT_BUCKET));
  const positions = new BigInt64Array(rowCount);
  const labels = new BigInt64Array(rowCount);
  const weights = new Float32Array(rowCount);
  const taken = new Set(used.map(({ place }) => place));
  let free = 0;
  for (let i = 0; i < rowCount; i++) {
    const entry = used[i];
    if (entry === undefined) {
      while (taken.has(free)) free++;
      positions[i] = BigInt(free++);
    } else {
      positions[i] = BigInt(entry.place);
      labels[i] = BigInt(entry.label);
      weights[i] = weightOf(entry.label);
    }
  }
  return { rowCount, positions, labels, values: null, weights };
}
