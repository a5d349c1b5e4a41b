import path from 'node:path';
import * as vscode from 'vscode';
import { dataChoices, withDataList, type DataChoice } from './dataChoices.js';
import type { DataClient } from './dataClient.js';
import { excludedGlobs } from './excludedGlobs.js';
import { BACK, pickOne, type Outcome, type Place } from './question.js';

export interface DataQuestion {
  readonly title: string;
  readonly placeHolder: string;
  /** The whole folder, by its name. */
  readonly all: (folderName: string) => string;
  readonly openLabel: string;
  /** Counts what is there while the question is asked. Null: nothing is counted. */
  readonly dataClient: DataClient | null;
}

type DataItem = vscode.QuickPickItem & Pick<DataChoice, 'choose'>;

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

/** Asks which data to use; `null` if the person dismisses the question. Enter accepts the folder. */
export async function pickData(
  folder: vscode.WorkspaceFolder,
  question: DataQuestion,
): Promise<readonly string[] | null> {
  const outcome = await askForData(folder, question);
  return outcome === BACK ? null : outcome;
}

/** Asks which data to use, as a question of a series if one is given. */
export async function askForData(
  folder: vscode.WorkspaceFolder,
  question: DataQuestion,
  series?: DataSeries,
): Promise<Outcome<readonly string[]>> {
  const place = {
    folder: { name: folder.name, path: folder.uri.fsPath },
    openFile: openFileIn(folder),
    all: question.all,
  };
  const choices = withLast(dataChoices(place), series?.last);
  for (;;) {
    let isCounted = question.dataClient === null;
    const picked = await pickOne<DataItem>({
      title: question.title,
      placeHolder: question.placeHolder,
      items: isCounted ? choices : counting(choices),
      active: itemFor(choices, series?.last),
      place: series?.place,
      totalSteps: (item) =>
        isCounted && item?.choose.kind === 'paths'
          ? series?.totalSteps(item.choose.paths)
          : undefined,
      keepUpToDate: (pick, refresh) => {
        const abort = new AbortController();
        const subscription = series?.onDidChange(refresh);
        const finish = (): void => {
          isCounted = true;
          pick.busy = false;
          refresh();
        };
        if (question.dataClient !== null) {
          pick.busy = true;
          const request = {
            workspaceFolder: place.folder.path,
            exclude: excludedGlobs(folder.uri),
          };
          void question.dataClient.call('listData', request, abort.signal).then((list) => {
            if (abort.signal.aborted) return;
            showCounted(pick, { first: choices[0], last: series?.last }, [
              ...withDataList(choices, place, list),
            ]);
            finish();
            // An error shows in full once the data is chosen.
          }, finish);
        }
        return new vscode.Disposable(() => {
          abort.abort();
          subscription?.dispose();
        });
      },
    });
    if (picked === null || picked === BACK) return picked;
    const { choose } = picked;
    if (choose.kind === 'paths') return choose.paths;
    const chosen = await openDialog(folder, question, choose.select);
    // Within a series, a dismissed dialog returns to the question that opened it.
    if (chosen !== null || series === undefined) return chosen;
  }
}

function counting([first, ...others]: readonly DataChoice[]): DataItem[] {
  return first === undefined
    ? []
    : [{ ...first, description: vscode.l10n.t('counting…') }, ...others];
}

/** Replaces the items; a person who has moved on from the default keeps their place. */
function showCounted(
  pick: vscode.QuickPick<DataItem>,
  {
    first,
    last,
  }: { readonly first: DataItem | undefined; readonly last: readonly string[] | undefined },
  items: readonly DataItem[],
): void {
  const [active] = pick.activeItems;
  const same = items.find(({ label }) => label === active?.label);
  pick.items = items;
  const hasMoved = active !== undefined && active.label !== first?.label;
  const wanted = hasMoved ? same : itemFor(items, last);
  if (wanted !== undefined) pick.activeItems = [wanted];
}

function itemFor<T extends DataItem>(
  items: readonly T[],
  paths: readonly string[] | undefined,
): T | undefined {
  return paths === undefined
    ? undefined
    : items.find(({ choose }) => choose.kind === 'paths' && isSame(choose.paths, paths));
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
      label: `$(history) ${path.basename(name)}${more}`,
      description: vscode.l10n.t('used last time'),
      choose: { kind: 'paths', paths: last },
    },
    ...others,
  ];
}

function openFileIn(folder: vscode.WorkspaceFolder): string | null {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const isInFolder = uri !== undefined && vscode.workspace.getWorkspaceFolder(uri) === folder;
  return isInFolder ? uri.fsPath : null;
}

async function openDialog(
  folder: vscode.WorkspaceFolder,
  { title, openLabel }: DataQuestion,
  select: 'files' | 'folders',
): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: select === 'folders',
    canSelectFiles: select === 'files',
    canSelectMany: true,
    defaultUri: folder.uri,
    title,
    openLabel,
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}
