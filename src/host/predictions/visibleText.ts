import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../platform/disposables.js';

/**
 * Calls `update` for a visible editor shortly after its text or visible range changes or editors are
 * opened, and for all of them once the workspace is trusted. Multiple changes in a row result in one call.
 */
export function onVisibleTextChange(
  update: (editor: vscode.TextEditor) => void,
  delayMilliseconds: number,
): Disposable & { all(): void } {
  const disposables = new DisposableStore();
  const timers = new Map<vscode.TextEditor, NodeJS.Timeout>();
  const schedule = (editor: vscode.TextEditor): void => {
    clearTimeout(timers.get(editor));
    timers.set(
      editor,
      setTimeout(() => {
        timers.delete(editor);
        if (vscode.window.visibleTextEditors.includes(editor)) update(editor);
      }, delayMilliseconds),
    );
  };
  const all = (): void => {
    vscode.window.visibleTextEditors.forEach(schedule);
  };
  disposables.add(vscode.window.onDidChangeVisibleTextEditors(all));
  disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(all));
  disposables.add(
    vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      schedule(textEditor);
    }),
  );
  disposables.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      for (const editor of vscode.window.visibleTextEditors) {
        if (editor.document === document) schedule(editor);
      }
    }),
  );
  disposables.add({
    dispose: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  });
  return {
    all,
    dispose: () => {
      disposables.dispose();
    },
  };
}
