import * as vscode from 'vscode';
import type { SelectedColumns } from '../../core/data/dataSelection.js';
import { groupThousands } from '../../core/format.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import type { DataInspection } from './dataInspection.js';

const TITLE = 'Fine-tune on workspace data: what to learn';

/** What the data says about the task: nothing for running text. */
export type LabelChoice = Pick<RunOptions, 'task' | 'textColumn' | 'pairColumn' | 'labelColumn'>;

/** What was chosen, and the inspection that it was chosen from. */
export interface PickedLabels {
  readonly labels: LabelChoice;
  readonly inspection: DataInspection;
}

interface TaskItem extends vscode.QuickPickItem {
  readonly task: TaskSpec | null;
}

type Table = NonNullable<DataSnapshot['table']>;

/**
 * Asks what is to be learned from labelled files, with what the columns suggest as the default; null
 * when the person backs out. Nothing is asked about running text.
 */
export async function pickLabels(first: DataInspection): Promise<PickedLabels | null> {
  if ((await first.kind()) === 'text') return { labels: {}, inspection: first };
  let inspection = first;
  for (;;) {
    const snapshot = await inspection.snapshot('Looking at the labels');
    const { table } = snapshot;
    if (table === null) return { labels: {}, inspection };
    const picked = await vscode.window.showQuickPick(itemsOf(snapshot), {
      title: TITLE,
      placeHolder: describeColumns(table),
      ignoreFocusOut: true,
    });
    const columns = picked === undefined || picked.task !== null ? null : await pickColumns(table);
    if (picked?.task != null) return { labels: choiceOf(table, picked.task), inspection };
    if (columns === null) {
      inspection.dispose();
      return null;
    }
    inspection.dispose();
    inspection = inspection.withColumns(columns);
  }
}

function itemsOf({ tasks, rows }: DataSnapshot): TaskItem[] {
  return [
    ...tasks.map((task) => ({
      label: `$(tag) ${objectiveOf(task).names.choice}`,
      description: `${objectiveOf(task).describeOutputs(task)} · ${groupThousands(rows)} rows`,
      task,
    })),
    { label: '$(list-flat) Other columns…', task: null },
  ];
}

function describeColumns({ columns }: Table): string {
  if (columns.labels.length === 0) {
    return `The text of ${columns.text}; no column looks like a label. Press Enter to take it.`;
  }
  const text = columns.pair === null ? columns.text : `${columns.text} with ${columns.pair}`;
  return `From ${text} to ${columns.labels.join(', ')}. Press Enter to take it.`;
}

function choiceOf({ columns }: Table, task: TaskSpec): LabelChoice {
  if (objectiveOf(task).data === 'text') return { task: task.kind, textColumn: columns.text };
  return {
    task: task.kind,
    textColumn: columns.text,
    pairColumn: columns.pair ?? '',
    labelColumn: columns.labels,
  };
}

/** The names with the likely one first. */
function sortedFrom(names: readonly string[], likely: string | undefined): string[] {
  return [...names].sort((a, b) => Number(b === likely) - Number(a === likely));
}

async function pickColumns({ names, columns }: Table): Promise<SelectedColumns | null> {
  const text = await vscode.window.showQuickPick(sortedFrom(names, columns.text), {
    title: TITLE,
    placeHolder: 'Which column holds the text?',
    ignoreFocusOut: true,
  });
  if (text === undefined) return null;
  const others = names.filter((name) => name !== text);
  const label = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly of: string[] }>(
    [
      ...sortedFrom(others, columns.labels[0]).map((name) => ({ label: name, of: [name] })),
      { label: '$(circle-slash) None: only the text is learned', of: [] },
    ],
    { title: TITLE, placeHolder: 'Which column holds the label?', ignoreFocusOut: true },
  );
  return label === undefined ? null : { text, labels: label.of };
}
