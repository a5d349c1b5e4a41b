import * as vscode from 'vscode';
import { slugify } from '../../core/runs/runId.js';
import type { ChartFile } from '../../protocol/comparePanelMessages.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';

/** Asks for a place and writes a chart of a page there. */
export async function saveChart({ name, format, content }: ChartFile): Promise<void> {
  const [folder] = workspaceFoldersOnDisk();
  const file = `${slugify(name)}.${format}`;
  const chosen = await vscode.window.showSaveDialog({
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder.uri, file) }),
    filters: { [format.toUpperCase()]: [format] },
  });
  if (chosen === undefined) return;
  const bytes = format === 'png' ? Buffer.from(content, 'base64') : Buffer.from(content);
  await vscode.workspace.fs.writeFile(chosen, bytes);
}
