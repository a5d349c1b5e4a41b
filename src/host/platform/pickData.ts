import * as vscode from 'vscode';
import { collectDataChoices, withDataList, type DataChoice } from './collectDataChoices.js';
import type { DataClient } from './dataClient.js';
import { excludedGlobs } from './excludedGlobs.js';

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

/** Asks which data to use; null when the person backs out. Enter takes the whole folder. */
export async function pickData(
  folder: vscode.WorkspaceFolder,
  question: DataQuestion,
): Promise<readonly string[] | null> {
  const { dataClient } = question;
  const place = {
    folder: { name: folder.name, path: folder.uri.fsPath },
    openFile: openFileIn(folder),
    all: question.all,
  };
  const choices = collectDataChoices(place);
  const abort = new AbortController();
  const picked = await new Promise<DataItem | null>((resolve) => {
    const pick = vscode.window.createQuickPick<DataItem>();
    pick.title = question.title;
    pick.placeholder = question.placeHolder;
    pick.items = choices;
    if (dataClient !== null) {
      const [all, ...others] = choices;
      const counting: readonly DataItem[] = [{ ...all!, description: 'counting…' }, ...others];
      pick.items = counting;
      pick.busy = true;
      const request = { workspaceFolder: place.folder.path, exclude: excludedGlobs(folder.uri) };
      void dataClient.call('listData', request, abort.signal).then(
        (list) => {
          const [active] = pick.activeItems;
          pick.busy = false;
          pick.items = withDataList(choices, place, list);
          // A person who has moved on from the default keeps their place.
          const same = pick.items.find(({ label }) => label === active?.label);
          if (same !== undefined && active !== counting[0]) pick.activeItems = [same];
        },
        // What hinders the counting shows in full once the data is chosen.
        () => {
          pick.busy = false;
        },
      );
    }
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0] ?? null);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      abort.abort();
      pick.dispose();
    });
    pick.show();
  });
  if (picked === null) return null;
  const { choose } = picked;
  return choose.kind === 'paths' ? choose.paths : openDialog(folder, question, choose.select);
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
