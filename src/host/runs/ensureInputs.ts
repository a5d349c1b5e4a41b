import path from 'node:path';
import * as vscode from 'vscode';
import type { MovedPath } from '../../core/runs/schema.js';
import { missingInput, rebindRun, type MissingInput } from '../../node/runs/rebindRun.js';
import { isInside } from '../../node/runs/runSpecFile.js';
import { confirm } from '../platform/notify.js';

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
    // The folder just selected must contain the missing file or model.
    if (next !== null && isInside(next.file, folder)) break;
    missing = next;
  }
  await rebindRun(directory, { root, paths });
  return true;
}

async function askForFolder({ file, isInRoot }: MissingInput): Promise<string | null> {
  const select = vscode.l10n.t('Select Folder…');
  const answer = await confirm(
    vscode.l10n.t('{0} does not exist.', file),
    isInRoot
      ? vscode.l10n.t(
          'The data or model of this run has been moved. Select the folder that the paths of the run are relative to.',
        )
      : vscode.l10n.t(
          'The data or model of this run has been moved. Select the folder that contains {0} now.',
          path.basename(file),
        ),
    select,
  );
  if (answer !== select) return null;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t('Select the Folder of the Data and Model'),
      openLabel: vscode.l10n.t('Resume from Here'),
    })) ?? [];
  return folder?.fsPath ?? null;
}
