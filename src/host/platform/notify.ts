import * as vscode from 'vscode';

export type Severity = 'info' | 'warning' | 'error';

/** Word joiner: without width, and no part of a link. */
const BREAK = '\u2060';

/**
 * Text for a notification, in which the editor would make links of `[label](target)`, commands among
 * the targets. Names, paths and errors in it can come from any file.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', `]${BREAK}(`);
}

/** Shows a notification with buttons. Resolves to the title of the one that was pressed. */
export function notify(
  severity: Severity,
  message: string,
  ...items: string[]
): Thenable<string | undefined> {
  return SHOW[severity](withoutLinks(message), ...items);
}

/** Asks a question in a dialog that waits for an answer. Resolves to the title of the button. */
export function confirm(
  question: string,
  detail: string,
  ...items: string[]
): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(question, { modal: true, detail }, ...items);
}

const SHOW: Record<
  Severity,
  (message: string, ...items: string[]) => Thenable<string | undefined>
> = {
  info: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
};
