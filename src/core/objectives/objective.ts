import type {
  LabelledExample,
  LabelledSequence,
  RecordOptions,
} from '../data/examples/labelledExamples.js';
import type { DataRecord } from '../data/labelledRows.js';
import type { Message } from '../messages/message.js';
import type { LabelCounts, LabelFacts, LabelScan } from '../data/scanLabels.js';
import type { LabelOutputs } from '../predict/labelProbabilities.js';
import type { HeadLabels } from '../models/labels.js';
import type { HeadKind } from '../models/model.js';
import type { LOSSES } from '../runs/options/resultOptions.js';
import type { AnsweredText, TaskKind, TaskSpec } from '../runs/schema.js';
import type { TrainingBatch } from '../batches/batch.js';
import type { LossSpec } from '../batches/losses.js';
import type { MetricAccumulator } from './accumulators.js';
import type { BaselineNames } from '../runs/verdictSchema.js';
import type { TaskMetrics } from '../runs/metrics.js';

/** Options of a task with labels. */
export interface TaskOptions {
  readonly labelSmoothing: number;
  /** `balanced` weighs each label by the rows of all over its own; numbers go by label order. */
  readonly classWeights: 'balanced' | readonly number[] | null;
  /** Default, `null`: cross entropy, or binary cross entropy if a text can have several labels. */
  readonly loss: (typeof LOSSES)[number] | null;
}

/** Sizes of a batch that is not collated yet. */
export interface BatchSize {
  readonly batchSize: number;
  /** Tokens per sequence, padding included. */
  readonly length: number;
  /** Share of the tokens that have a target, where a masking policy chooses them. */
  readonly maskedShare: number;
}

/** Names of a task for people and for the formats of other libraries. */
export interface ObjectiveNames {
  /** In a sentence: `token classification`. */
  readonly task: string;
  /** As a choice in a list: `Classify words`. */
  readonly choice: Message;
  /** `pipeline_tag` of the hub's model cards. */
  readonly pipeline: string;
  /** `task_type` of PEFT's adapters; `null` where PEFT has none for the task. */
  readonly adapter: string | null;
}

/**
 * All that depends on the task of a run. Each task has one object in `OBJECTIVES`; no other code
 * compares kinds of tasks. The `task` that a method takes is always of the objective's own kind,
 * as `objectiveOf(task)` guarantees.
 */
interface ObjectiveBase<Task extends TaskSpec> {
  readonly kind: Task['kind'];
  readonly names: ObjectiveNames;
  readonly head: HeadKind;
  readonly metrics: TaskMetrics;
  /** Minimum number of epochs if the number is chosen from the dataset size. */
  readonly minimumEpochs: number;
  /** Whether new weights can learn the task. */
  readonly trainsNewModels: boolean;
  /** Whether the model predicts masked words, as hovers and `masklab fill` show them. */
  readonly fillsMasks: boolean;
  /** Whether the model makes one prediction for a whole text, as audits need. */
  readonly predictsTexts: boolean;

  /** Labels of the head for `config.json`; `null` for a head over the vocabulary. */
  headLabels(task: Task): HeadLabels | null;
  /** Names of the labels or numbers that the model predicts, in the order of the logits. */
  outputs(task: Task): readonly string[];
  /** Short description of the outputs for a list of choices; `null` without names. */
  describeOutputs(task: Task): Message | null;
  /** The outputs as the end of a sentence: ` into 2 labels (bad, good)`. */
  continueWithOutputs(task: Task): string;
  /** First words of the model card: `A classifier of texts into bad, good`. */
  describeModel(task: Task): string;

  /** Training loss between logits and targets. */
  loss(task: Task): LossSpec;
  /** Rows of a batch that have a target, rows that pad it included. */
  rowCount(size: BatchSize): number;
  /** Adds up the metrics of an evaluation. */
  accumulator(task: Task): MetricAccumulator;
}

/** A task that a model learns from running text by a masking policy. */
export interface TextObjective<Task extends TaskSpec = TaskSpec> extends ObjectiveBase<Task> {
  readonly data: 'text';
}

/** Targets of the rows of a batch. */
export type RowTargets = Pick<
  TrainingBatch,
  'rowCount' | 'positions' | 'labels' | 'values' | 'weights'
>;

/** A task that a model learns from records with labels. */
export interface LabelledObjective<Task extends TaskSpec = TaskSpec> extends ObjectiveBase<Task> {
  readonly data: 'labelled';
  /** Labels that the model chooses among; `null` for a task that predicts numbers. */
  labelOutputs(task: Task): LabelOutputs | null;
  /** Names of its baselines. */
  readonly baselineNames: BaselineNames;
  /** Whether the label values of data are most likely for this task. */
  isLikely(facts: LabelFacts): boolean;
  /** The task with its labels. Throws `UserInput` or `Data` for labels that cannot be learned. */
  taskOf(scan: LabelScan, options: TaskOptions): TaskSpec;
  /** Rows per label; `null` for a task without labels. Throws `Data` for values that cannot be labels. */
  labelCounts(scan: LabelScan, options: Pick<TaskOptions, 'loss'>): LabelCounts | null;
  /** One training sequence of a record. Throws `Data` for a record that cannot be used. */
  exampleOf(record: DataRecord, task: Task, options: RecordOptions): LabelledExample;
  /** Targets of examples that are padded to `length` tokens; `weighted` applies class weights. */
  targets(
    examples: readonly LabelledSequence[],
    task: Task,
    options: { readonly length: number; readonly weighted: boolean },
  ): RowTargets;
  /** Prediction for an example beside its label; `nextRow` yields the logits of its rows in order. */
  answer(example: LabelledExample, task: Task, nextRow: () => Float32Array): AnsweredText['answer'];
}

export type Objective<Task extends TaskSpec = TaskSpec> =
  TextObjective<Task> | LabelledObjective<Task>;

/** Every kind of task needs an objective: a missing one does not compile. */
export type ObjectiveTable = {
  readonly [Kind in TaskKind]: Objective<Extract<TaskSpec, { readonly kind: Kind }>>;
};
