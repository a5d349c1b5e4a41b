import * as vscode from 'vscode';
import { plural } from './editorWords.js';

/** Notes on a written CSV file whose cells spreadsheets would run as formulas. */
export function formulaNotes(
  count: number,
  { areEscaped }: { readonly areEscaped: boolean },
): string[] {
  if (count === 0 || areEscaped) return [];
  return [
    plural(
      count,
      vscode.l10n.t(
        '{0} cell begins like a formula, which spreadsheets run. To write such cells with an apostrophe in front, turn on the setting masklab.safeCsv.',
        count,
      ),
      vscode.l10n.t(
        '{0} cells begin like formulas, which spreadsheets run. To write such cells with an apostrophe in front, turn on the setting masklab.safeCsv.',
        count,
      ),
    ),
  ];
}
