import path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes, formatCount } from '../../core/format.js';
import { collectTextFiles } from '../../node/textFiles.js';

const TITLE = 'Fine-tune on workspace data (1/3)';

interface DataItem extends vscode.QuickPickItem {
  /** Resolves to the files and folders, or to null when a dialog is cancelled. */
  choose(): Promise<readonly string[] | null>;
}

/** Asks which files to train on; null when the person backs out. Enter takes the whole folder. */
export async function pickData(folder: vscode.WorkspaceFolder): Promise<readonly string[] | null> {
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
      choose: () => openDialog(folder, { canSelectFolders: true, canSelectFiles: false }),
    },
    { label: '$(files) Choose files…', choose: () => openDialog(folder, { canSelectFiles: true }) },
  ];
  const picked = await new Promise<DataItem | null>((resolve) => {
    const pick = vscode.window.createQuickPick<DataItem>();
    pick.title = TITLE;
    pick.placeholder = 'Which text should the model learn from?';
    pick.items = items;
    pick.busy = true;
    void describeFolder(root).then((description) => {
      pick.busy = false;
      // The list is only drawn anew while the person still looks at its default.
      const [active] = pick.activeItems;
      pick.items = [{ ...all, description }, ...items.slice(1)];
      const same = pick.items.find(({ label }) => label === active?.label);
      if (same !== undefined) pick.activeItems = [same];
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

/** `12 files, 3.4 MB`; what hinders reading shows again, and in full, when the run is made. */
async function describeFolder(root: string): Promise<string> {
  try {
    const { files } = await collectTextFiles([root], { workspaceFolder: root });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return `${formatCount(files.length, 'file')}, ${formatBytes(bytes)}`;
  } catch {
    return 'no text files found';
  }
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
  kind: vscode.OpenDialogOptions,
): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    ...kind,
    canSelectMany: true,
    defaultUri: folder.uri,
    title: TITLE,
    openLabel: 'Train on these',
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}
