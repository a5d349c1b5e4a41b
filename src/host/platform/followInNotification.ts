import * as vscode from 'vscode';
import { abortSignalOf } from './cancellation.js';

/** How far something is: percent of the whole, from 0 to 100. */
export interface Advance {
  readonly message: string;
  readonly percent: number;
}

/** Runs something behind a notification with its progress and a button that cancels it. */
export async function followInNotification<T>(
  title: string,
  run: (report: (advance: Advance) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
    let done = 0;
    return run(({ message, percent }) => {
      progress.report({ message, increment: Math.max(0, percent - done) });
      done = Math.max(done, percent);
    }, abortSignalOf(token));
  });
}
