import * as vscode from 'vscode';
import { originalName } from '../../core/specs/runFacts.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** Longest name that a person can give to a run, in characters. */
export const MAX_NAME_LENGTH = 60;

/**
 * Asks for a new name of runs: `null` to restore their original names, `undefined` to keep the
 * current ones. Several runs get the same name, as the seeds of one setting.
 */
export async function askRunName([run, ...others]: readonly RunSummary[]): Promise<
  string | null | undefined
> {
  if (run === undefined) return undefined;
  const original = originalName(run);
  const isShared = others.every(({ name }) => name === run.name);
  const current = isShared ? run.name : '';
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Run'),
    prompt:
      others.length === 0
        ? vscode.l10n.t('Leave the name empty to use the original one, “{0}”.', original)
        : vscode.l10n.t(
            'Name of all {0} runs. Leave it empty to use their original names.',
            others.length + 1,
          ),
    value: current,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value !== current && value.trim().length > MAX_NAME_LENGTH
        ? vscode.l10n.t('Enter at most {0} characters.', MAX_NAME_LENGTH)
        : null,
  });
  const name = answer?.trim();
  if (name === undefined || (isShared && name === current)) return undefined;
  const isOriginal = others.length === 0 && name === original;
  return name === '' || isOriginal ? null : name;
}
