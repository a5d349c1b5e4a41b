import * as vscode from 'vscode';

/** A line break as it is shown in a box of one line. */
const BREAK = '↵';

/**
 * Asks for a text about runs that have these texts now: `null` to remove it, `undefined` to change
 * nothing.
 */
export async function askText(
  title: string,
  current: readonly (string | undefined)[],
): Promise<string | null | undefined> {
  const isShared = current.every((text) => text === current[0]);
  const value = isShared ? (current[0] ?? '').replaceAll('\n', BREAK) : '';
  const answer = await vscode.window.showInputBox({
    title,
    value,
    ignoreFocusOut: true,
    prompt: isShared
      ? vscode.l10n.t('Leave the text empty to remove it. {0} is a line break.', BREAK)
      : vscode.l10n.t(
          'The {0} runs have different texts. This one replaces all of them.',
          current.length,
        ),
  });
  if (answer === undefined || (isShared && answer === value)) return undefined;
  const text = answer.replaceAll(BREAK, '\n').trim();
  return text === '' ? null : text;
}
