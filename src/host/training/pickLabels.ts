import * as vscode from 'vscode';
import { groupThousands } from '../../core/format.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { TaskSpec } from '../../core/runs/schema.js';
import { dataKindOf, overviewOf, type TableOverview } from '../../node/data/runData.js';
import { trainingOptions } from '../platform/settings.js';

const TITLE = 'Fine-tune on workspace data: what to learn';

/** What the data says about the task: nothing for running text. */
export type LabelChoice = Pick<
  RunOptions,
  'task' | 'textColumn' | 'pairColumn' | 'labelColumn' | 'format'
>;

interface TaskItem extends vscode.QuickPickItem {
  readonly task: TaskSpec | null;
}

/**
 * Asks what is to be learned from labelled files, with what the columns suggest as the default; null
 * when the person backs out. Nothing is asked about running text.
 */
export async function pickLabels(
  folder: vscode.WorkspaceFolder,
  paths: readonly string[],
): Promise<LabelChoice | null> {
  const workspaceFolder = folder.uri.fsPath;
  const options = trainingOptions(folder.uri);
  if ((await dataKindOf(paths, { workspaceFolder, options })) === 'text') return {};
  const look = (columns?: { text: string; labels: string[] }): Promise<TableOverview> =>
    Promise.resolve(
      vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'Looking at the labels' },
        () =>
          overviewOf(
            {
              workspaceFolder,
              paths,
              options,
              splitSeed: 0,
              heldOutFraction: options.heldOut ?? 0.1,
              testFraction: options.test ?? 0,
              signal: undefined,
              report: () => undefined,
            },
            columns,
          ),
      ),
    );
  let overview = await look();
  for (;;) {
    const picked = await vscode.window.showQuickPick(itemsOf(overview), {
      title: TITLE,
      placeHolder: describeColumns(overview),
      ignoreFocusOut: true,
    });
    if (picked === undefined) return null;
    if (picked.task !== null) return choiceOf(overview, picked.task);
    const columns = await pickColumns(overview);
    if (columns === null) return null;
    overview = await look(columns);
  }
}

function itemsOf({ tasks, rows }: TableOverview): TaskItem[] {
  return [
    ...tasks.map((task) => ({
      label: `$(tag) ${objectiveOf(task).names.choice}`,
      description: `${objectiveOf(task).describeOutputs(task)} · ${groupThousands(rows)} rows`,
      task,
    })),
    { label: '$(list-flat) Other columns…', task: null },
  ];
}

function describeColumns({ columns }: TableOverview): string {
  if (columns.labels.length === 0) {
    return `The text of ${columns.text}; no column looks like a label. Press Enter to take it.`;
  }
  const text = columns.pair === null ? columns.text : `${columns.text} with ${columns.pair}`;
  return `From ${text} to ${columns.labels.join(', ')}. Press Enter to take it.`;
}

function choiceOf({ columns }: TableOverview, task: TaskSpec): LabelChoice {
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

async function pickColumns({
  names,
  columns,
}: TableOverview): Promise<{ text: string; labels: string[] } | null> {
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
