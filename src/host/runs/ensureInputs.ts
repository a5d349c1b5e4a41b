import * as vscode from 'vscode';
import { missingInput, rebindRun } from '../../node/runs/rebindRun.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';

/**
 * Resolves to true if the data and model of a run exist. If they do not, asks for the folder where
 * they are now; false if the person selects none.
 */
export async function ensureInputs(directory: string): Promise<boolean> {
  const missing = await missingInput(await readRunSpec(directory));
  if (missing === null) return true;
  const select = 'Select Folder…';
  const answer = await vscode.window.showWarningMessage(
    `${missing} does not exist.`,
    {
      modal: true,
      detail:
        'The data or model of this run has been moved. Select the folder that the paths of the run are relative to.',
    },
    select,
  );
  if (answer !== select) return false;
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: 'Folder of the Run’s Data and Model',
      openLabel: 'Resume from Here',
    })) ?? [];
  if (folder === undefined) return false;
  await rebindRun(directory, folder.fsPath);
  return true;
}
