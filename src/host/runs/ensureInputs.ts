import path from 'node:path';
import * as vscode from 'vscode';
import type { MovedPath } from '../../core/runs/schema.js';
import { missingInput, rebindRun, type MissingInput } from '../../node/runs/rebindRun.js';
import { isInside } from '../../node/runs/runSpecFile.js';

/**
 * Resolves to true if the data and model of a run exist. If they do not, asks for the folders where
 * they are now; false if the person selects none. Rejects with `UserInput` if a selected folder does
 * not have them.
 */
export async function ensureInputs(directory: string): Promise<boolean> {
  let root: string | undefined;
  const paths: MovedPath[] = [];
  let missing = await missingInput(directory);
  if (missing === null) return true;
  while (missing !== null) {
    const folder = await askForFolder(missing);
    if (folder === null) return false;
    if (missing.isInRoot) root = folder;
    else paths.push({ from: path.dirname(missing.file), to: folder });
    const next: MissingInput | null = await missingInput(directory, { root, paths });
    // The folder just selected must have what it was selected for.
    if (next !== null && isInside(next.file, folder)) break;
    missing = next;
  }
  await rebindRun(directory, { root, paths });
  return true;
}

async function askForFolder({ file, isInRoot }: MissingInput): Promise<string | null> {
  const select = 'Select Folder…';
  const answer = await vscode.window.showWarningMessage(
    `${file} does not exist.`,
    {
      modal: true,
      detail: isInRoot
        ? 'The data or model of this run has been moved. Select the folder that the paths of the run are relative to.'
        : `The data or model of this run has been moved. Select the folder that contains ${path.basename(file)} now.`,
    },
    select,
  );
  if (answer !== select) return null;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: 'Folder of the Run’s Data and Model',
      openLabel: 'Resume from Here',
    })) ?? [];
  return folder?.fsPath ?? null;
}
