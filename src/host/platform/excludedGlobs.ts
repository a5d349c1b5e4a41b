import * as vscode from 'vscode';
import type { DataSelection } from '../../core/data/dataSelection.js';

/** Globs that `files.exclude` keeps out of sight in a folder. */
export function excludedGlobs(folder: vscode.Uri): string[] {
  const excluded = vscode.workspace
    .getConfiguration('files', folder)
    .get<Readonly<Record<string, unknown>>>('exclude', {});
  return Object.keys(excluded).filter((glob) => excluded[glob] === true);
}

/** Folder and exclusions for finding data of a workspace folder: files hidden by the editor are skipped. */
export function dataPlaceOf({
  uri,
}: Pick<vscode.WorkspaceFolder, 'uri'>): Pick<DataSelection, 'workspaceFolder' | 'exclude'> {
  return { workspaceFolder: uri.fsPath, exclude: excludedGlobs(uri) };
}
