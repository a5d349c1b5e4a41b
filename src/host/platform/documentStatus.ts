import * as vscode from 'vscode';
import type { CommandId } from './contributions.js';
import { DisposableStore, type Disposable } from './disposables.js';

/** State of a status bar item while it is shown. */
export interface DocumentStatus {
  /** Text with an icon. */
  readonly text: string;
  readonly tooltip: string | vscode.MarkdownString | undefined;
  /** Run by a click; `null` for none. */
  readonly command: CommandId | null;
  /** Label for screen readers; `null` reads the text. */
  readonly accessibleLabel: string | null;
  readonly isError?: boolean;
}

export interface DocumentStatusOptions {
  readonly id: string;
  /** Place among the items at the right: higher ones are further left. */
  readonly priority: number;
  /** Name in the menu that hides items. */
  readonly name: string;
  readonly onDidChange: vscode.Event<unknown>;
  /** State of the item for the document of the active editor; `null` hides it. */
  readonly statusOf: (document: vscode.TextDocument | undefined) => DocumentStatus | null;
}

/** A status bar item that follows the active editor and a controller. */
export function documentStatus({
  id,
  priority,
  name,
  onDidChange,
  statusOf,
}: DocumentStatusOptions): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(
    vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority),
  );
  item.name = name;
  const update = (): void => {
    const status = statusOf(vscode.window.activeTextEditor?.document);
    if (status === null) {
      item.hide();
      return;
    }
    const { text, tooltip, command, accessibleLabel, isError = false } = status;
    item.text = text;
    item.tooltip = tooltip;
    item.command = command ?? undefined;
    item.accessibilityInformation =
      accessibleLabel === null
        ? undefined
        : { label: accessibleLabel, ...(command !== null && { role: 'button' }) };
    item.backgroundColor = isError
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    item.show();
  };
  disposables.add(onDidChange(update));
  disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  return disposables;
}
