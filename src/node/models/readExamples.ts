import path from 'node:path';
import type { BadInput } from '../../core/data/badInput.js';
import { LabelsByLook } from '../../core/data/lookAlikeLabels.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { RecordOptions } from '../../core/data/examples/labelledExamples.js';
import { inputError } from '../../core/errors.js';
import { problem, type Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { LabelledData } from '../../core/runs/schema.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import { readRecords, recordsOf } from '../data/labelledFiles.js';
import { FIRST_ROWS, firstOf } from '../data/readers/rowTexts.js';
import { labelledLayout } from '../data/tableColumns.js';
import { findDataFiles } from '../data/textFiles.js';
import type { LabelledModel } from './labelledModel.js';

export interface ExampleSource {
  readonly selection: DataSelection;
  readonly reading: DataReading;
  readonly bad: BadInput;
}

/** Parts of a model that decide how records become its examples. */
export type ExampleForm = Pick<
  LabelledModel,
  'task' | 'tokenizer' | 'maxLength' | 'truncation' | 'stride'
>;

export interface FoundExamples {
  readonly examples: GroupedExample[];
  /** Files that were skipped, and how the others are read. */
  readonly notes: readonly Message[];
}

/**
 * The labelled records of files as examples of a model. Throws `Data` or `UserInput` for data without
 * labels, and for labels that the model does not know unless `bad` skips invalid rows.
 */
export async function labelledExamples(
  form: ExampleForm,
  { selection: selected, reading, bad }: ExampleSource,
): Promise<FoundExamples> {
  const found = (await findDataFiles(selected)).forTask(reading.task);
  const { files, skipped, notes } = found.of('labelled');
  const selection = { ...selected, format: found.format };
  const labelled = await columnsOf(files, selection, reading);
  const examples = await examplesOf(form, {
    ...{ files, labelled, selection, bad },
    mergesLabels: reading.mergeLabels,
  });
  if (examples.length === 0) throw inputError(problem('models.nothingToEvaluate'));
  return { examples, notes: [...skipped, ...notes] };
}

export interface LabelledSource extends Pick<ExampleSource, 'bad'> {
  readonly files: readonly { readonly path: string }[];
  readonly labelled: LabelledData;
  readonly selection: Pick<DataSelection, 'workspaceFolder' | 'dialect'>;
  /** Whether examples keep the places of their tokens, as masks need them. Default: false. */
  readonly withSources?: boolean;
  /** Whether labels that look like those of the model are taken for them. Default: false. */
  readonly mergesLabels?: boolean;
  /** Error of a label that the model does not know. Default: that of a model that is evaluated. */
  readonly unknownLabel?: RecordOptions['unknownLabel'];
}

/** The records of files with known columns as examples of a model. Throws `Data`. */
export async function examplesOf(
  { task, tokenizer, maxLength, truncation, stride }: ExampleForm,
  { files, labelled, selection, bad, mergesLabels = false, ...source }: LabelledSource,
): Promise<GroupedExample[]> {
  const objective = objectiveOf(task);
  if (objective.data === 'text') throw new RangeError('a model with labels has a task with labels');
  const { withSources = false, unknownLabel = 'models.unknownLabel' } = source;
  const { workspaceFolder, dialect } = selection;
  const outputs = objective.labelOutputs(task);
  const knownLabels =
    mergesLabels && outputs !== null ? { knownLabels: new LabelsByLook(outputs.labels) } : {};
  const examples: GroupedExample[] = [];
  for await (const record of recordsOf(files, labelled.format, {
    ...{ workspaceFolder, dialect },
    ...bad.listener,
  })) {
    const options = {
      tokenizer,
      maxLength,
      truncation,
      stride,
      withSources,
      unknownLabel,
      ...labelled,
      ...knownLabels,
    };
    const example = bad.attempt(() => objective.exampleOf(record, task, options));
    if (example !== null) examples.push({ ...example, group: null });
  }
  return examples;
}

/** Columns of the first table, as a run on the data has them. */
async function columnsOf(
  files: readonly { readonly path: string }[],
  selection: DataSelection,
  reading: DataReading,
): Promise<LabelledData> {
  for (const { path: shownAs } of files) {
    const file = path.resolve(selection.workspaceFolder, shownAs);
    const { format, dialect } = selection;
    const rows = readRecords(file, { shownAs, format, dialect });
    const { first, failure } = await firstOf(rows, FIRST_ROWS);
    await rows.return(undefined);
    if (first.length === 0 && failure !== null) throw failure.thrown;
    if (first.length === 0) continue;
    const { labelled } = labelledLayout(first, selection, reading);
    if (labelled !== null) return labelled;
  }
  throw inputError(problem('models.nothingToEvaluate'));
}
