import * as vscode from 'vscode';
import type { DataSelection } from '../../core/data/dataSelection.js';

/** Globs that `files.exclude` keeps out of sight in a folder, or those of `search.exclude`. */
export function excludedGlobs(folder: vscode.Uri, section: 'files' | 'search' = 'files'): string[] {
  const excluded = vscode.workspace
    .getConfiguration(section, folder)
    .get<Readonly<Record<string, unknown>>>('exclude', {});
  return Object.keys(excluded).filter((glob) => excluded[glob] === true);
}

/** Folder and exclusions for finding data of a workspace folder: files hidden by the editor are skipped. */
export function dataPlaceOf({
  uri,
}: Pick<vscode.WorkspaceFolder, 'uri'>): Pick<DataSelection, 'workspaceFolder' | 'exclude'> {
  return { workspaceFolder: uri.fsPath, exclude: excludedGlobs(uri) };
}

/** Excluded globs without those of the editor itself, which never match data. */
export function ownExcludedGlobs(folder: vscode.Uri): string[] {
  const usual = vscode.workspace
    .getConfiguration('files', folder)
    .inspect<Readonly<Record<string, unknown>>>('exclude')?.defaultValue;
  return excludedGlobs(folder).filter((glob) => usual?.[glob] === undefined);
}
