import * as vscode from 'vscode';

/** The editor gives extensions no text of larger files. */
const LARGEST_GIVEN_BYTES = 50 * 1024 * 1024;

export interface FilePlace {
  readonly viewColumn?: vscode.ViewColumn;
  readonly selection?: vscode.Range;
}

/** Whether extensions are given the text of a file. */
export async function isGivenToExtensions(uri: vscode.Uri): Promise<boolean> {
  // A file that is gone is told by whatever opens it.
  const size = await vscode.workspace.fs.stat(uri).then(
    (stat) => stat.size,
    () => 0,
  );
  return size <= LARGEST_GIVEN_BYTES;
}

/** Shows a text file, which may be larger than what extensions can open as a document. */
export async function showFile(uri: vscode.Uri, place: FilePlace = {}): Promise<void> {
  if (await isGivenToExtensions(uri)) await vscode.window.showTextDocument(uri, place);
  else await vscode.commands.executeCommand('vscode.open', uri, place);
}
