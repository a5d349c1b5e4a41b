import * as vscode from 'vscode';
import { showFile } from './showFile.js';

/** Formats that no text editor shows. */
const NOT_TEXT = /\.(?:parquet|gz|zst)$/i;

/** Opens a data file beside the active panel, at a line from 1; shows other files in the explorer. */
export async function showDataLine(absolute: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(absolute);
  if (NOT_TEXT.test(absolute)) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  await showFile(uri, {
    viewColumn: vscode.ViewColumn.Beside,
    selection: new vscode.Range(line - 1, 0, line - 1, 0),
  });
}
