import type * as vscode from 'vscode';
import { objectiveOf, TEXT_TASK } from '../../core/objectives/objectives.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import type { NEW_MODEL } from '../models/modelPicker.js';
import type { DataInspection } from './dataInspection.js';

/** Task and columns of a run; empty for running text. */
export type LabelChoice = Pick<RunOptions, 'task' | 'textColumn' | 'pairColumn' | 'labelColumn'>;
/** Masking of a run; empty for the default. */
export type MaskingChoice = Pick<RunOptions, 'masking'>;

/** Decisions about the data that only some data needs; a decision that is missing was not asked for. */
export interface DataChoices extends Pick<
  RunOptions,
  'noHeader' | 'ignoreSplitNames' | 'mergeLabels' | 'truncation' | 'maxLength'
> {
  /** Undefined if all labels have the same weight. */
  readonly classWeights?: 'balanced' | undefined;
  /** Undefined if no examples are masked. */
  readonly maskedExamples?: number | undefined;
  /** Undefined if the names of folders are not labels. */
  readonly format?: 'folders' | undefined;
}

/** Options of the run that follow from decisions. */
export function decided({
  classWeights,
  maskedExamples,
  format,
  ...options
}: DataChoices): RunOptions {
  return {
    ...options,
    ...(classWeights !== undefined && { classWeights }),
    ...(maskedExamples !== undefined && { maskedExamples }),
    ...(format !== undefined && { format }),
  };
}

/** Columns that the person chose instead of the likely ones. */
export interface ChosenColumns {
  readonly text: string;
  readonly labels: string[];
}

/** The last step of the wizard: start the run, or only write it down. */
export type Ending = 'start' | 'saveAsRunFile' | 'copyAsCommand';

/** Answers of the wizard so far; `null` for a question that is still open. */
export interface Answers {
  readonly folder: vscode.WorkspaceFolder | null;
  readonly paths: readonly string[] | null;
  /** The data with its columns; `null` for running text, undefined while not known. */
  readonly data: DataSnapshot | null | undefined;
  /** Names of folders of running text that may be labels. */
  readonly labelFolders: readonly string[];
  /** Task to learn, or that the person wants to choose other columns first. */
  readonly task: TaskSpec | 'otherColumns' | null;
  readonly columns: ChosenColumns | null;
  readonly choices: DataChoices;
  readonly masking: MaskingChoice | null;
  readonly model: string | typeof NEW_MODEL | null;
  readonly name: string | null;
  /** Null while the run is not estimated. */
  readonly estimatedSeconds: number | null;
  readonly ending: Ending;
}

export const NO_ANSWERS: Answers = {
  folder: null,
  paths: null,
  data: undefined,
  labelFolders: [],
  task: null,
  columns: null,
  choices: {},
  masking: null,
  model: null,
  name: null,
  estimatedSeconds: null,
  ending: 'start',
};

/** A masking policy applies to running text, whatever columns a table has. */
export const TEXT_ALONE: LabelChoice = { task: TEXT_TASK.kind };

/** Whether the run trains on running text; `null` while data or task are open. */
export function isForText({ data, task }: Pick<Answers, 'data' | 'task'>): boolean | null {
  if (data === undefined) return null;
  if (data?.table == null) return true;
  return task === null || task === 'otherColumns' ? null : objectiveOf(task).data === 'text';
}

/** Options of the run that follow from task and columns. */
export function labelsOf({ data, task }: Pick<Answers, 'data' | 'task'>): LabelChoice {
  const table = data?.table ?? null;
  if (table === null || task === null || task === 'otherColumns') return {};
  const { columns } = table;
  if (objectiveOf(task).data === 'text') return { task: task.kind, textColumn: columns.text };
  return {
    task: task.kind,
    textColumn: columns.text,
    pairColumn: columns.pair ?? '',
    labelColumn: columns.labels,
  };
}

/** Everything that a run is made from. */
export interface Plan {
  readonly folder: vscode.WorkspaceFolder;
  readonly inspection: DataInspection;
  readonly labels: LabelChoice;
  readonly choices: DataChoices;
  readonly masking: MaskingChoice;
  readonly model: string | typeof NEW_MODEL;
  readonly name: string;
  /** Null if the person did not wait for an estimate. */
  readonly estimatedSeconds: number | null;
  readonly ending: Ending;
}
