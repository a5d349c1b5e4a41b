import * as vscode from 'vscode';
import type { DataClient } from '../platform/dataClient.js';
import { pickData } from '../platform/pickData.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';

/** Asks for the files of a shifted sample; `null` if the person dismisses the question. */
export async function pickShiftedSample(
  workspaceFolder: string,
  dataClient: DataClient,
): Promise<readonly string[] | null> {
  const folder = await chooseWorkspaceFolder(vscode.Uri.file(workspaceFolder));
  return pickData(folder, {
    title: vscode.l10n.t('Compare With Shifted Sample'),
    placeHolder: vscode.l10n.t('Select a labeled file of other texts, such as newer ones'),
    all: (name) => vscode.l10n.t('All texts and tables in {0}', name),
    openLabel: vscode.l10n.t('Select Sample'),
    dataClient,
  });
}
