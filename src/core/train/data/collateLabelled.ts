import type { TrainingBatch } from '../../batches/batch.js';
import type { PlannedBatch } from '../../batches/batches.js';
import type { LabelledSequence } from '../../data/examples/labelledExamples.js';
import type { LabelledObjective } from '../../objectives/objective.js';
import type { TaskSpec } from '../../runs/schema.js';
import { padSequences } from '../../tokenizer/padSequences.js';

export interface CollateOptions {
  readonly objective: LabelledObjective;
  readonly task: TaskSpec;
  readonly pad: number;
}

export interface EvaluationOptions extends CollateOptions {
  /** Largest number of sequences in a batch. */
  readonly batchSize: number;
  /** Longest sequence of the data, beyond which nothing is padded. */
  readonly longest: number;
}

/**
 * Lays labelled texts out as tensors. A row of the targets is a text, or for tags a word; those are
 * padded to a multiple of a bucket with rows of weight 0. `weighted` applies the class weights,
 * which are for training only: evaluations on held-out text count every row alike.
 */
export function collateLabelled(
  { length, examples }: PlannedBatch<LabelledSequence>,
  { objective, task, pad }: CollateOptions,
  { weighted = true }: { weighted?: boolean } = {},
): TrainingBatch {
  const targets = objective.targets(examples, task, { length, weighted });
  return { ...padSequences(examples, { pad, length }), ...targets };
}

/** A batch that has targets and no tokens, for logits that were computed otherwise. */
export function targetBatch(
  examples: readonly LabelledSequence[],
  { objective, task }: Pick<CollateOptions, 'objective' | 'task'>,
): TrainingBatch {
  const length = examples.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const tokens = { inputIds: new BigInt64Array(0), attentionMask: new BigInt64Array(0) };
  return {
    ...{ batchSize: examples.length, length, ...tokens, tokenTypeIds: null, tokenCount: 0 },
    ...objective.targets(examples, task, { length, weighted: false }),
  };
}
