import * as vscode from 'vscode';

/** What `files.exclude` keeps out of sight in a folder. */
export function excludedGlobs(folder: vscode.Uri): string[] {
  const excluded = vscode.workspace
    .getConfiguration('files', folder)
    .get<Readonly<Record<string, unknown>>>('exclude', {});
  return Object.keys(excluded).filter((glob) => excluded[glob] === true);
}
