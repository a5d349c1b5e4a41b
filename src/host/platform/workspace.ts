import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';

/** Workspace folders that a trainer process can read: those on this machine's disk. */
export function workspaceFoldersOnDisk(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** The folder around `uri`, or the only one; `null` if the person has to choose. */
export function workspaceFolderFor(uri: vscode.Uri | undefined): vscode.WorkspaceFolder | null {
  const folders = workspaceFoldersOnDisk();
  const around = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  if (around !== undefined && folders.includes(around)) return around;
  const [only] = folders;
  if (only === undefined) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: 'No folder on this machine is open, so there is no text to train on.',
        remedy: 'Open a folder that holds text or Markdown files.',
      },
    });
  }
  return folders.length === 1 ? only : null;
}

/** The folder to work in: the one around `uri`, the only one, or the one that is picked. */
export async function chooseWorkspaceFolder(
  uri: vscode.Uri | undefined,
): Promise<vscode.WorkspaceFolder> {
  const known = workspaceFolderFor(uri);
  if (known !== null) return known;
  const folders = workspaceFoldersOnDisk();
  const picked = await vscode.window.showQuickPick(
    folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder })),
    { placeHolder: 'Select a Workspace Folder' },
  );
  if (picked === undefined) throw new AppError({ code: 'Cancelled', details: {} });
  return picked.folder;
}
