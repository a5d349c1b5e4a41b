import path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes, formatCount } from '../../core/format.js';
import { collectDataFiles } from '../../node/data/textFiles.js';

export interface DataQuestion {
  readonly title: string;
  readonly placeHolder: string;
}

const TRAINING_DATA: DataQuestion = {
  title: 'Fine-tune on workspace data (1/3)',
  placeHolder: 'What should the model learn from?',
};

interface DataItem extends vscode.QuickPickItem {
  /** Resolves to the files and folders, or to null when a dialog is cancelled. */
  choose(): Promise<readonly string[] | null>;
}

/** Asks which files to use; null when the person backs out. Enter takes the whole folder. */
export async function pickData(
  folder: vscode.WorkspaceFolder,
  question: DataQuestion = TRAINING_DATA,
): Promise<readonly string[] | null> {
  const root = folder.uri.fsPath;
  const all: DataItem = {
    label: `$(folder) All text files in ${folder.name}`,
    description: 'counting…',
    choose: () => Promise.resolve([root]),
  };
  const items: DataItem[] = [
    all,
    ...activeFileItems(folder),
    {
      label: '$(file-directory) Choose folders…',
      choose: () => openDialog(folder, question, { canSelectFolders: true, canSelectFiles: false }),
    },
    {
      label: '$(files) Choose files…',
      choose: () => openDialog(folder, question, { canSelectFiles: true }),
    },
  ];
  const picked = await new Promise<DataItem | null>((resolve) => {
    const pick = vscode.window.createQuickPick<DataItem>();
    pick.title = question.title;
    pick.placeholder = question.placeHolder;
    pick.items = items;
    pick.busy = true;
    void Promise.all([describeText(root), labelledItems(root)]).then(([description, labelled]) => {
      pick.busy = false;
      const [active] = pick.activeItems;
      const text = { ...all, description: description ?? 'no text files found' };
      const others = items.slice(1);
      // Where there is no text but a table, the table is what Enter should take.
      pick.items =
        description === null ? [...labelled, text, ...others] : [text, ...labelled, ...others];
      // A person who has moved on from the default keeps their place.
      const same = pick.items.find(({ label }) => label === active?.label);
      if (same !== undefined && active !== all) pick.activeItems = [same];
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0] ?? null);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
  return picked === null ? null : picked.choose();
}

/**
 * `12 files, 3.4 MB`, or null where there are none; what hinders reading shows again, and in full,
 * when the run is made.
 */
async function describeText(root: string): Promise<string | null> {
  try {
    const { files } = await collectDataFiles([root], { workspaceFolder: root, kind: 'text' });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return `${formatCount(files.length, 'file')}, ${formatBytes(bytes)}`;
  } catch {
    return null;
  }
}

const SHOWN_TABLES = 5;

/** The files with labels, the largest first. */
async function labelledItems(root: string): Promise<DataItem[]> {
  const { files } = await collectDataFiles([root], {
    workspaceFolder: root,
    kind: 'labelled',
  }).catch(() => ({ files: [] }));
  return [...files]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, SHOWN_TABLES)
    .map((file) => ({
      label: `$(table) ${file.path}`,
      description: `labels, ${formatBytes(file.bytes)}`,
      choose: () => Promise.resolve([path.join(root, file.path)]),
    }));
}

function activeFileItems(folder: vscode.WorkspaceFolder): DataItem[] {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || vscode.workspace.getWorkspaceFolder(uri) !== folder) return [];
  const directory = path.dirname(uri.fsPath);
  const file: DataItem = {
    label: `$(file) The open file, ${path.basename(uri.fsPath)}`,
    choose: () => Promise.resolve([uri.fsPath]),
  };
  const around: DataItem = {
    label: `$(folder-opened) The folder of the open file, ${path.basename(directory)}`,
    choose: () => Promise.resolve([directory]),
  };
  return directory === folder.uri.fsPath ? [file] : [around, file];
}

async function openDialog(
  folder: vscode.WorkspaceFolder,
  { title }: DataQuestion,
  kind: vscode.OpenDialogOptions,
): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    ...kind,
    canSelectMany: true,
    defaultUri: folder.uri,
    title,
    openLabel: 'Use these',
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}
