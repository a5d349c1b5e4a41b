import path from 'node:path';
import * as vscode from 'vscode';

interface DataItem extends vscode.QuickPickItem {
  choose(): Promise<readonly string[] | null>;
}

/** Asks which data to profile; null when the person backs out. Enter takes the whole folder. */
export async function pickProfileData(
  folder: vscode.WorkspaceFolder,
): Promise<readonly string[] | null> {
  const open = vscode.window.activeTextEditor?.document.uri;
  const isInFolder = open !== undefined && vscode.workspace.getWorkspaceFolder(open) === folder;
  const items: DataItem[] = [
    {
      label: `$(folder) All texts and tables in ${folder.name}`,
      choose: () => Promise.resolve([folder.uri.fsPath]),
    },
    ...(isInFolder
      ? [
          {
            label: `$(file) The open file, ${path.basename(open.fsPath)}`,
            choose: () => Promise.resolve([open.fsPath]),
          },
        ]
      : []),
    {
      label: '$(file-directory) Choose folders…',
      choose: () => openDialog(folder, { canSelectFolders: true, canSelectFiles: false }),
    },
    { label: '$(files) Choose files…', choose: () => openDialog(folder, { canSelectFiles: true }) },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Profile workspace data',
    placeHolder: 'What should be looked through?',
  });
  return picked === undefined ? null : picked.choose();
}

async function openDialog(
  folder: vscode.WorkspaceFolder,
  kind: vscode.OpenDialogOptions,
): Promise<readonly string[] | null> {
  const chosen = await vscode.window.showOpenDialog({
    ...kind,
    canSelectMany: true,
    defaultUri: folder.uri,
    openLabel: 'Profile these',
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ fsPath }) => fsPath);
}
