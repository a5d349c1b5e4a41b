import * as vscode from 'vscode';
import { describeError, toAppErrorData } from '../../core/errors.js';
import type { Disposable } from './disposables.js';
import { EDITOR_WORDS } from './editorWords.js';

/**
 * Logs each promise of this extension that failed without anybody waiting for it, in one line. The
 * process is shared with other extensions: theirs, and those of the editor, are left to the editor.
 */
export function logUnhandledRejections(
  log: Pick<vscode.LogOutputChannel, 'error'>,
  extensionPath: string,
): Disposable {
  const onRejection = (thrown: unknown): void => {
    if (!(thrown instanceof Error) || !(thrown.stack ?? '').includes(extensionPath)) return;
    const data = toAppErrorData(thrown);
    if (data.code === 'Cancelled') return;
    const message =
      data.code === 'Internal' ? data.details.message : describeError(data, EDITOR_WORDS).message;
    const told = message
      .trim()
      .split('\n')
      .map((line) => line.trim());
    log.error(vscode.l10n.t('Unhandled error: {0}', told.slice(0, 2).join(' ')));
  };
  process.on('unhandledRejection', onRejection);
  return { dispose: () => void process.off('unhandledRejection', onRejection) };
}
