import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { cancelled, inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { withoutMarkup } from './withoutMarkup.js';

/** Workspace folders that a trainer process can read: those on this machine's disk. */
export function workspaceFoldersOnDisk(): vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** Folder of a document; for a text without a file, the first workspace folder or the home folder. */
export function folderAround(uri: vscode.Uri): vscode.Uri {
  const around = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  if (around !== undefined) return around;
  if (uri.scheme === 'file') return vscode.Uri.joinPath(uri, '..');
  return workspaceFoldersOnDisk()[0]?.uri ?? vscode.Uri.file(homedir());
}

/** Folder that contains `uri`, or the only one; `null` if the person has to choose. */
export function workspaceFolderFor(uri: vscode.Uri | undefined): vscode.WorkspaceFolder | null {
  const folders = workspaceFoldersOnDisk();
  const around = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  if (around !== undefined && folders.includes(around)) return around;
  const [only] = folders;
  if (only === undefined) {
    throw inputError(problem('workspace.noFolder'));
  }
  return folders.length === 1 ? only : null;
}

/** Folder to work in: the one that contains `uri`, the only one, or the one that the person selects. */
export async function chooseWorkspaceFolder(
  uri: vscode.Uri | undefined,
): Promise<vscode.WorkspaceFolder> {
  const known = workspaceFolderFor(uri);
  if (known !== null) return known;
  const folders = workspaceFoldersOnDisk();
  const picked = await vscode.window.showQuickPick(
    folders.map((folder) => ({
      label: withoutMarkup(folder.name),
      description: folder.uri.fsPath,
      folder,
    })),
    { placeHolder: vscode.l10n.t('Select a workspace folder') },
  );
  if (picked === undefined) throw cancelled();
  return picked.folder;
}
