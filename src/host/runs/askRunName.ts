import * as vscode from 'vscode';
import { originalName, type RunSummary } from '../../node/runs/runReader.js';

/** Longest name that a person can give to a run, in characters. */
export const MAX_NAME_LENGTH = 60;

/** Asks for a new name of a run: `null` to restore its original name, `undefined` to keep the current one. */
export async function askRunName(run: RunSummary): Promise<string | null | undefined> {
  const original = originalName(run);
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Run'),
    prompt: vscode.l10n.t('Leave the name empty to use the original one, “{0}”.', original),
    value: run.name,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value !== run.name && value.trim().length > MAX_NAME_LENGTH
        ? vscode.l10n.t('Enter at most {0} characters.', MAX_NAME_LENGTH)
        : null,
  });
  const name = answer?.trim();
  if (name === undefined || name === run.name) return undefined;
  return name === '' || name === original ? null : name;
}
