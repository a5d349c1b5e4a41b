import * as vscode from 'vscode';
import { originalName, type RunSummary } from '../../node/runs/runReader.js';

/** Longest name that a person can give to a run, in characters. */
export const MAX_NAME_LENGTH = 60;

/** Asks for a new name of a run: `null` to go back to its original name, `undefined` to keep it. */
export async function askRunName(run: RunSummary): Promise<string | null | undefined> {
  const original = originalName(run);
  const answer = await vscode.window.showInputBox({
    title: 'Rename Run',
    prompt: `Leave the name empty to use the original one, “${original}”.`,
    value: run.name,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value !== run.name && value.trim().length > MAX_NAME_LENGTH
        ? `Enter at most ${MAX_NAME_LENGTH} characters.`
        : null,
  });
  const name = answer?.trim();
  if (name === undefined || name === run.name) return undefined;
  return name === '' || name === original ? null : name;
}
