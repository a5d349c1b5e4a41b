import { roundUp, LENGTH_BUCKET, type PlannedBatch } from '../../batches/batches.js';
import type { BatchWindows, TrainingBatch } from '../../batches/batch.js';
import {
  NO_LABEL,
  sequencesOf,
  type LabelledExample,
  type LabelledSequence,
} from '../../data/examples/labelledExamples.js';
import { rowsOf } from '../evaluation/answers.js';
import { collateLabelled, targetBatch, type EvaluationOptions } from './collateLabelled.js';

/** Whether every text is one sequence. */
export function areWhole(examples: readonly LabelledExample[]): boolean {
  return examples.every(({ windows }) => windows === null);
}

/** Longest sequence that a model gets of these examples. */
export function longestSequence(examples: readonly LabelledExample[]): number {
  return examples.reduce(
    (most, { ids, windows }) =>
      Math.max(most, ...(windows ?? [{ ids }]).map((one) => one.ids.length)),
    0,
  );
}

/**
 * Training batches of the windows of some texts. All of them belong to one step, in which each text
 * counts once: its windows weigh one over their number. Of words each counts in the one window that
 * answers it.
 */
export function windowBatches(
  examples: readonly LabelledExample[],
  options: EvaluationOptions,
  {
    weights,
    offsets,
  }: {
    /** Of the texts. Default: 1. */
    readonly weights?: readonly number[] | null;
    /** Constants on the logits of each text. Default: none. */
    readonly offsets?: readonly Float32Array[] | null;
  } = {},
): TrainingBatch[] {
  return plannedWindows(examples, options).map(({ length, examples: windows }) => ({
    ...collateLabelled({ length, examples: windows.map(({ sequence }) => sequence) }, options),
    exampleWeights: windowWeights(windows, weights ?? null, options),
    ...(offsets == null
      ? {}
      : { logitOffsets: joinedRows(windows.map(({ text }) => offsets[text]!)) }),
  }));
}

/** Weights of windows: those of their texts, divided among the windows of a text; 0 for fillers. */
export function windowWeights(
  windows: readonly PlannedWindow[],
  weights: readonly number[] | null,
  { objective }: Pick<EvaluationOptions, 'objective'>,
): Float32Array {
  const perWord = objective.head === 'token';
  return Float32Array.from(windows, ({ count, isFiller, text }) =>
    isFiller ? 0 : (weights?.[text] ?? 1) * (perWord ? 1 : 1 / count),
  );
}

/** Rows one after the other. */
export function joinedRows(rows: readonly Float32Array[]): Float32Array {
  const [first] = rows;
  const columns = first?.length ?? 0;
  const joined = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    joined.set(row, i * columns);
  });
  return joined;
}

/**
 * A batch of texts that is evaluated by their windows. The logits of a text are the mean of those of
 * its windows: as the last layer of a head is linear, those of the windows' mean-pooled
 * representation (hierarchical mean pooling, Sun et al. 2019, arXiv:1905.05583, section 5.3.1). The
 * logits of a word are those of the window that answers it.
 */
export function evaluatedByWindows(
  examples: readonly LabelledExample[],
  options: EvaluationOptions,
): TrainingBatch {
  const { objective, task } = options;
  const perWord = objective.head === 'token';
  const texts = targetBatch(examples, options);
  const plan = plannedWindows(examples, options);
  const batches = plan.map(({ length, examples: windows }) => {
    const sequences = windows.map(({ sequence }) => sequence);
    return collateLabelled({ length, examples: sequences }, options, { weighted: false });
  });
  const columns = objective.outputs(task).length;
  const pool: BatchWindows['pool'] = (logits) => {
    const found = examples.map((): Float32Array[][] => []);
    plan.forEach(({ examples: windows }, i) => {
      const nextRow = rowsOf(logits[i]!, columns);
      for (const { text, index, sequence, isFiller } of windows) {
        const rows = Array.from({ length: perWord ? labelledCount(sequence) : 1 }, nextRow);
        if (!isFiller) found[text]![index] = rows;
      }
    });
    const pooled = new Float32Array(texts.rowCount * columns);
    found
      .flatMap((windows) => (perWord ? windows.flat() : [meanOf(windows.flat())]))
      .forEach((row, i) => {
        pooled.set(row, i * columns);
      });
    return pooled;
  };
  return { ...texts, windows: { batches, pool } };
}

/** A sequence of a text in a batch. */
export interface PlannedWindow {
  /** Position of its text among the examples, and its own in the text. */
  readonly text: number;
  readonly index: number;
  /** Windows of the text. */
  readonly count: number;
  readonly sequence: LabelledSequence;
  /** Whether it only fills its batch, so that few batch sizes occur. */
  readonly isFiller: boolean;
}

/** Parts into which a batch is divided: sizes of batches are multiples of such a part. */
const BATCH_PARTS = 4;

/** The sequences of texts in batches of similar length, whatever their tokens are. */
export function plannedWindows(
  examples: readonly LabelledExample[],
  { batchSize, longest }: Pick<EvaluationOptions, 'batchSize' | 'longest'>,
): PlannedBatch<PlannedWindow>[] {
  const windows = examples.flatMap((example, text) => {
    const sequences = sequencesOf(example);
    const count = sequences.length;
    return sequences.map((sequence, index): PlannedWindow => {
      return { text, index, count, sequence, isFiller: false };
    });
  });
  windows.sort((a, b) => b.sequence.ids.length - a.sequence.ids.length);
  const part = Math.ceil(batchSize / BATCH_PARTS);
  return Array.from({ length: Math.ceil(windows.length / batchSize) }, (_, i) => {
    const own = windows.slice(i * batchSize, (i + 1) * batchSize);
    const missing = Math.min(batchSize, roundUp(own.length, part)) - own.length;
    const filler = { ...own.at(-1)!, isFiller: true };
    return {
      length: Math.min(longest, roundUp(own[0]!.sequence.ids.length, LENGTH_BUCKET)),
      examples: [...own, ...new Array<PlannedWindow>(missing).fill(filler)],
    };
  });
}

function labelledCount({ labels }: LabelledSequence): number {
  return labels.filter((label) => label !== NO_LABEL).length;
}

/** Mean of the logits of a text's windows. */
export function meanOf(rows: readonly Float32Array[]): Float32Array {
  return rows[0]!.map(
    (_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length,
  );
}
