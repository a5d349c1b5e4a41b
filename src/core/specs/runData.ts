import { inputError } from '../errors.js';
import { selectedColumnsOf, type DataSelection } from '../data/dataSelection.js';
import type { TextColumns } from '../data/records.js';
import { objectiveOf } from '../objectives/objectives.js';
import type { DataSize } from './defaults.js';
import { splitFractionsOf, type DataReading, type DataSnapshot } from '../runs/dataSnapshot.js';
import { RUN_OPTIONS, type RunOptions } from '../runs/options.js';
import type { LabelledData, ReadingSpec, RunSpec, TaskSpec } from '../runs/schema.js';

/** Data of a run with the task and size derived from it. */
export interface RunData {
  readonly task: TaskSpec;
  readonly data: RunSpec['data'];
  readonly size: DataSize;
}

/**
 * Data of a run from a snapshot. Only the task can differ from the options of the snapshot. Throws
 * `UserInput` for rows that cannot be split.
 */
export function runDataOf(snapshot: DataSnapshot, options: RunOptions): RunData {
  const { selection, labelled, text, files, tasks, shifted } = snapshot;
  const task =
    options.task === undefined ? tasks[0] : tasks.find(({ kind }) => kind === options.task);
  if (task === undefined)
    throw new RangeError(`${options.task ?? 'no task'} does not fit the data`);
  const { format, dialect, cleaning, code, skipBad, columns } = selection;
  const isText = objectiveOf(task).data === 'text';
  const reading: ReadingSpec = {
    ...{ format, dialect, cleaning, code, skipBad },
    columns: isText ? text.columns : null,
    groupColumn: columns.group ?? null,
    splitColumn: columns.split ?? null,
    weightColumn: columns.weight ?? null,
    nearDuplicates: options.nearDuplicates ?? null,
  };
  if (!isText && labelled?.refusal != null) throw inputError(labelled.refusal);
  if (!isText && labelled === null) throw new RangeError(`${task.kind} without labeled data`);
  return {
    task,
    data: {
      files,
      labelled: isText ? null : (labelled?.data ?? null),
      reading,
      ...splitFractionsOf(options),
      shifted:
        shifted === null
          ? null
          : {
              files: shifted.files,
              weight: options.shiftedWeight ?? RUN_OPTIONS.shiftedWeight.preset,
              ...(shifted.withoutHalf === undefined ? {} : { withoutHalf: shifted.withoutHalf }),
            },
    },
    size: isText
      ? { bytes: text.bytes }
      : { rows: (labelled?.trainRows ?? 0) + (shifted?.rows ?? 0) },
  };
}

/** A selection that reads the data of a run in the same way as the run. */
export function selectionOfRun({
  data,
  workspaceFolder,
}: Pick<RunSpec, 'data' | 'workspaceFolder'>): DataSelection {
  const { labelled, reading, files } = data;
  const { groupColumn: group, splitColumn: split } = reading;
  return {
    workspaceFolder,
    paths: files.map(({ path }) => path),
    exclude: [],
    kind: 'any',
    format: labelled?.format ?? reading.format,
    columns:
      labelled === null
        ? selectedColumnsOf(reading.columns)
        : selectedColumnsOf(labelledTextColumns(labelled, { group, split })),
    dialect: reading.dialect,
    cleaning: reading.cleaning,
    code: reading.code,
    skipBad: reading.skipBad,
    ignoreSplitNames: files.every(({ split }) => split === undefined),
  };
}

/** Task and options with which a run reads its data. */
export function dataReadingOfRun({
  task,
  data,
  training,
}: Pick<RunSpec, 'task' | 'data' | 'training'>): DataReading {
  const { labelled, reading, heldOutFraction, testFraction, splitSeed, fold } = data;
  const weights = 'classWeights' in task ? task.classWeights : null;
  return {
    task: task.kind,
    // Without a delimiter, each value was read as one label or as a list.
    labelDelimiter: 'multiLabel' in task ? (labelled?.labelDelimiter ?? '') : null,
    mergeLabels: labelled?.merged !== undefined,
    loss: 'loss' in task ? task.loss : null,
    labelSmoothing: 'labelSmoothing' in task ? task.labelSmoothing : null,
    classWeights: weights === null ? null : weights.join(','),
    ...{ heldOutFraction, testFraction, splitSeed, fold },
    nearDuplicates: reading.nearDuplicates,
    maxLength: training.maxLength,
    truncation: training.truncation,
  };
}

/** Columns of labeled data as text columns. */
export function labelledTextColumns(
  { columns: { text, pair, labels } }: LabelledData,
  { group = null, split = null }: DataSelection['columns'],
): TextColumns {
  return { text, pair, label: labels[0] ?? null, group, split };
}
