import path from 'node:path';
import * as vscode from 'vscode';
import type { DataList } from '../../protocol/dataWorker.js';
import {
  dataChoices,
  withDataLists,
  type Counted,
  type DataChoice,
  type DataPlace,
} from './dataChoices.js';
import type { DataClient } from './dataClient.js';
import { sayProblem } from './editorWords.js';
import { emptyDataProblem } from './emptyData.js';
import { dataPlaceOf } from './excludedGlobs.js';
import { BACK, pickOne, replaceItems, type Outcome, type Place } from './question.js';
import { withoutMarkup } from './withoutMarkup.js';
import { notify } from './notify.js';

export interface DataQuestion {
  readonly title: string;
  readonly placeHolder: string;
  /** The whole folder, by its name. */
  readonly all: (folderName: string) => string;
  readonly openLabel: string;
  /** Counts what is there while the question is asked. Null: nothing is counted. */
  readonly dataClient: DataClient | null;
  /** Files that are not offered; dialogs can choose them. */
  readonly except?: readonly string[];
}

interface DataItem extends vscode.QuickPickItem {
  /** Absent for separators. */
  readonly choose?: DataChoice['choose'];
  readonly problem?: string | undefined;
}

/** Position of the question in a series, and what a series adds to it. */
export interface DataSeries {
  readonly place: Place;
  /** Paths that Enter accepts. */
  readonly last: readonly string[] | undefined;
  /** Number of questions if these paths are chosen; undefined while not known. */
  readonly totalSteps: (paths: readonly string[]) => number | undefined;
  /** Called once the number may have changed. */
  readonly onDidChange: vscode.Event<void>;
}

/** Asks which data of a folder to use; `null` if the person dismisses the question. */
export async function pickData(
  folder: vscode.WorkspaceFolder,
  question: DataQuestion,
): Promise<readonly string[] | null> {
  const outcome = await askForData([folder], question);
  return outcome === BACK ? null : outcome;
}

/** Asks which data of some folders to use, as a question of a series if one is given. */
export async function askForData(
  folders: readonly vscode.WorkspaceFolder[],
  question: DataQuestion,
  series?: DataSeries,
): Promise<Outcome<readonly string[]>> {
  const place: DataPlace = {
    folders: folders.map(({ name, uri }) => ({ name, path: uri.fsPath })),
    openFile: openFileIn(folders),
    all: question.all,
    ...(question.except !== undefined && { except: question.except }),
  };
  const choices = withLast(dataChoices(place), series?.last);
  for (;;) {
    const abort = new AbortController();
    const counting = countData(folders, question, abort.signal);
    let isCounted = counting === null;
    const picked = await pickOne<DataItem>({
      title: question.title,
      placeHolder: question.placeHolder,
      items: isCounted ? choices : withFirst(choices, vscode.l10n.t('counting…')),
      active: itemFor(choices, series?.last),
      place: series?.place,
      totalSteps: (item) =>
        isCounted && item?.choose?.kind === 'paths'
          ? series?.totalSteps(item.choose.paths)
          : undefined,
      problemOf: async (item) => {
        if (item.choose?.kind !== 'paths') return null;
        const counted = counting === null ? null : withDataLists(choices, place, await counting);
        const now = counted?.choices.find(({ label }) => label === item.label);
        return now?.problem ?? null;
      },
      keepUpToDate: (pick, refresh) => {
        const subscription = series?.onDidChange(refresh);
        pick.busy = counting !== null;
        void counting?.then((lists) => {
          if (abort.signal.aborted) return;
          if (lists.length > 0) {
            showCounted(pick, withDataLists(choices, place, lists), series?.last);
          }
          isCounted = true;
          pick.busy = false;
          refresh();
        });
        return new vscode.Disposable(() => {
          abort.abort();
          subscription?.dispose();
        });
      },
    });
    if (picked === null || picked === BACK) return picked;
    const { choose } = picked;
    if (choose === undefined) continue;
    if (choose.kind === 'paths') return choose.paths;
    const chosen = await openDialog(folders[0], question, choose.select);
    const [folder] = folders;
    const { dataClient } = question;
    const empty =
      chosen === null || folder === undefined || dataClient === null
        ? null
        : await emptyDataProblem(dataClient, { folder, paths: chosen });
    if (empty !== null) void notify('warning', sayProblem(empty));
    // Within a series, a dismissed dialog returns to the question that opened it.
    else if (chosen !== null || series === undefined) return chosen;
  }
}

/**
 * Lists the data of the folders; `null` if nothing is counted. Resolves to an empty list for data that
 * cannot be listed: its error shows in full once the data is chosen.
 */
function countData(
  folders: readonly vscode.WorkspaceFolder[],
  { dataClient }: DataQuestion,
  signal: AbortSignal,
): Promise<readonly DataList[]> | null {
  if (dataClient === null) return null;
  return Promise.all(
    folders.map((folder) => dataClient.call('listData', dataPlaceOf(folder), signal)),
  ).catch(() => []);
}

function withFirst(
  [first, ...others]: readonly DataChoice[],
  description: string,
): readonly DataChoice[] {
  return first === undefined ? [] : [{ ...first, description }, ...others];
}

/** Adds what was counted; rows stay where they are, and a person who has moved keeps their place. */
function showCounted(
  pick: vscode.QuickPick<DataItem>,
  { choices, tables, prefersTables }: Counted,
  last: readonly string[] | undefined,
): void {
  const [active] = pick.activeItems;
  const hasMoved = active !== undefined && active.label !== pick.items[0]?.label;
  const separator: DataItem = {
    label: vscode.l10n.t('Tables'),
    kind: vscode.QuickPickItemKind.Separator,
  };
  replaceItems(pick, [...choices, ...(tables.length === 0 ? [] : [separator, ...tables])]);
  if (hasMoved) return;
  // Enter accepts the data of the last time, the text, or a table if there is little text.
  const [first] = choices;
  const [table] = tables;
  const wanted =
    itemFor([...choices, ...tables], last) ?? (prefersTables ? (table ?? first) : first);
  if (wanted !== undefined) pick.activeItems = [wanted];
}

function itemFor<T extends DataItem>(
  items: readonly T[],
  paths: readonly string[] | undefined,
): T | undefined {
  return paths === undefined
    ? undefined
    : items.find(({ choose }) => choose?.kind === 'paths' && isSame(choose.paths, paths));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, i) => path === b[i]);
}

/** Adds the data of the last time behind the folder, if no other choice is the same. */
function withLast(
  choices: readonly DataChoice[],
  last: readonly string[] | undefined,
): readonly DataChoice[] {
  const [name] = last ?? [];
  const [first, ...others] = choices;
  if (last === undefined || name === undefined || first === undefined) return choices;
  if (itemFor(choices, last) !== undefined) return choices;
  const more = last.length === 1 ? '' : ` + ${last.length - 1}`;
  return [
    first,
    {
      label: `$(history) ${withoutMarkup(path.basename(name))}${more}`,
      description: vscode.l10n.t('used last time'),
      choose: { kind: 'paths', paths: last },
    },
    ...others,
  ];
}

function openFileIn(folders: readonly vscode.WorkspaceFolder[]): string | null {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const around = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  return uri !== undefined && around !== undefined && folders.includes(around) ? uri.fsPath : null;
}

async function openDialog(
  folder: vscode.WorkspaceFolder | undefined,
  { title, openLabel }: DataQuestion,
  select: 'files' | 'folders',
): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: select === 'folders',
    canSelectFiles: select === 'files',
    canSelectMany: true,
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
    title,
    openLabel,
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}
