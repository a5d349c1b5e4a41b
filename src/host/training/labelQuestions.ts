import * as vscode from 'vscode';
import { message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import { say } from '../platform/editorWords.js';
import { BACK, pickOne } from '../platform/question.js';
import { trainingOptions } from '../platform/settings.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import type { Answers } from './wizardAnswers.js';
import { withColumnsRead, type CurrentInspection } from './dataQuestion.js';
import type { LastAnswers } from './lastAnswers.js';
import type { SeriesQuestion } from './questionSeries.js';

type Table = NonNullable<DataSnapshot['table']>;
interface TaskItem extends vscode.QuickPickItem {
  readonly task: TaskSpec | 'otherColumns';
  /** Share of the examples that masked fine-tuning masks. */
  readonly maskedExamples?: number;
}
const idOf = ({ task }: TaskItem): string => (task === 'otherColumns' ? task : task.kind);
interface ColumnItem extends vscode.QuickPickItem {
  readonly columns: readonly string[];
}

export interface LabelQuestions {
  readonly title: string;
  readonly inspections: CurrentInspection;
  readonly last: LastAnswers;
}

/** Asks what to learn from data with columns: a task, or other columns and then a task. */
export function labelQuestions(options: LabelQuestions): readonly SeriesQuestion<Answers>[] {
  const hasColumns = ({ data }: Answers): boolean | null =>
    data === undefined ? null : data !== null;
  const wantsColumns = ({ task, columns }: Answers): boolean =>
    task === 'otherColumns' || columns !== null;
  return [
    taskQuestion(options, { isAsked: hasColumns, withOthers: true }),
    textColumnQuestion(options, wantsColumns),
    labelColumnQuestion(options, wantsColumns),
    taskQuestion(options, { isAsked: wantsColumns, withOthers: false }),
  ];
}

function taskQuestion(
  { title, last }: LabelQuestions,
  {
    isAsked,
    withOthers,
  }: { readonly isAsked: (known: Answers) => boolean | null; readonly withOthers: boolean },
): SeriesQuestion<Answers> {
  return {
    isAsked,
    ask: async (known, { totalStepsFor, ...place }) => {
      const { tasks, rows, table } = labeledDataOf(known);
      const items = tasks.flatMap((task): TaskItem[] => {
        const plain: TaskItem = {
          label: `$(tag) ${say(objectiveOf(task).names.choice)}`,
          description: withoutMarkup(
            [...outputsOf(task), say(message('table.rows', { count: rows }))].join(' · '),
          ),
          task,
        };
        return offersMasks(task, known) ? [plain, withMasks(plain)] : [plain];
      });
      const others: TaskItem = {
        label: `$(list-flat) ${vscode.l10n.t('Other columns…')}`,
        task: 'otherColumns',
      };
      const { columns } = last;
      // Texts in folders named by label have no other columns.
      const offersOthers = withOthers && known.choices.format !== 'folders';
      const hadOthers =
        offersOthers &&
        columns !== undefined &&
        [columns.text, ...columns.labels].every((name) => table.names.includes(name));
      const picked = await pickOne<TaskItem>({
        title,
        placeHolder: describeColumns(table),
        items: offersOthers ? [...items, others] : items,
        active: hadOthers ? others : items.find((item) => idOf(item) === last.task),
        place: { title, ...place },
        totalSteps: (item) =>
          item === undefined ? undefined : totalStepsFor({ ...known, task: item.task }),
      });
      if (picked === null || picked === BACK) return picked;
      const { task, maskedExamples } = picked;
      return { ...known, task, choices: { ...known.choices, maskedExamples } };
    },
  };
}

/** Share of the examples that are masked in the paper (Madsen et al. 2024, arXiv:2310.07819). */
const MASKED_EXAMPLES = 0.5;

/** Whether masked fine-tuning is offered: for classes, unless a setting decides about it. */
function offersMasks(task: TaskSpec, { folder }: Answers): boolean {
  const isSet = folder !== null && trainingOptions(folder.uri).maskedExamples !== undefined;
  const objective = objectiveOf(task);
  if (isSet || objective.data === 'text' || objective.head !== 'sequence') return false;
  return objective.labelOutputs(task) !== null;
}

function withMasks(plain: TaskItem): TaskItem {
  return {
    ...plain,
    label: vscode.l10n.t('{0}, with masked examples', plain.label),
    description: vscode.l10n.t('Makes explanations and audits by masking valid'),
    maskedExamples: MASKED_EXAMPLES,
  };
}

function labeledDataOf({ data }: Answers): DataSnapshot & { readonly table: Table } {
  if (data?.table == null) throw new RangeError('the data has no columns');
  return { ...data, table: data.table };
}

function describeColumns({ columns }: Table): string {
  if (columns.labels.length === 0) {
    return vscode.l10n.t('Text column: {0}. No column looks like a label.', columns.text);
  }
  const text = columns.pair === null ? columns.text : `${columns.text} + ${columns.pair}`;
  return vscode.l10n.t('Text column: {0}. Label column: {1}.', text, columns.labels.join(', '));
}

/** The names with the likely one first. */
function sortedFrom(names: readonly string[], likely: string | undefined): string[] {
  return [...names].sort((a, b) => Number(b === likely) - Number(a === likely));
}

function textColumnQuestion(
  { title, last }: LabelQuestions,
  isAsked: (known: Answers) => boolean,
): SeriesQuestion<Answers> {
  return {
    isAsked,
    ask: async (known, { totalStepsFor, ...place }) => {
      const { names, columns } = labeledDataOf(known).table;
      const items = sortedFrom(names, columns.text).map((name) => ({
        label: withoutMarkup(name),
        name,
      }));
      const picked = await pickOne({
        title,
        placeHolder: vscode.l10n.t('Select the column that contains the text'),
        items,
        active: items.find(({ name }) => name === last.columns?.text),
        place: { title, ...place },
        totalSteps: () => totalStepsFor(known),
      });
      if (picked === null || picked === BACK) return picked;
      return { ...known, columns: { text: picked.name, labels: [] } };
    },
  };
}

function labelColumnQuestion(
  { title, inspections, last }: LabelQuestions,
  isAsked: (known: Answers) => boolean,
): SeriesQuestion<Answers> {
  return {
    isAsked,
    ask: async (known, { totalStepsFor, ...place }) => {
      const { names, columns } = labeledDataOf(known).table;
      const text = known.columns?.text ?? columns.text;
      const others = names.filter((name) => name !== text);
      const none: ColumnItem = {
        label: `$(circle-slash) ${vscode.l10n.t('None: train on the text only')}`,
        columns: [],
      };
      const items: readonly ColumnItem[] = [
        ...sortedFrom(others, columns.labels[0]).map((name) => ({
          label: withoutMarkup(name),
          columns: [name],
        })),
        none,
      ];
      const before = last.columns;
      const picked = await pickOne<ColumnItem>({
        title,
        placeHolder: vscode.l10n.t('Select the column that contains the label'),
        items,
        active:
          before?.text === text
            ? items.find((item) => item.columns.join() === before.labels.join())
            : undefined,
        place: { title, ...place },
        totalSteps: () => totalStepsFor(known),
      });
      if (picked === null || picked === BACK) return picked;
      const chosen = { text, labels: [...picked.columns] };
      return withColumnsRead({ ...known, columns: chosen }, { inspections, isTextAlone: false });
    },
  };
}

function outputsOf(task: TaskSpec): string[] {
  const outputs = objectiveOf(task).describeOutputs(task);
  return outputs === null ? [] : [say(outputs)];
}
