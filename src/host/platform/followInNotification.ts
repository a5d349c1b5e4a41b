import * as vscode from 'vscode';
import { withoutLinks } from './notify.js';

/** Progress of a job, as a percentage between 0 and 100. */
export interface Advance {
  readonly message: string;
  readonly percent: number;
}

/**
 * Work that ends within this time shows no notification. VS Code silently hides toasts that come
 * faster than three in 800 ms, the message of an error among them.
 */
const QUIET_MILLISECONDS = 400;

/**
 * Runs something behind a notification with its progress and a button that cancels it, unless it is
 * done at once.
 */
export async function followInNotification<T>(
  title: string,
  run: (report: (advance: Advance) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let latest: Advance = { message: '', percent: 0 };
  let show: (advance: Advance) => void = () => undefined;
  const work = run((advance) => {
    latest = advance;
    show(advance);
  }, controller.signal);
  if (await settlesSoon(work)) return work;
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress(
    { location, title: withoutLinks(title), cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(() => {
        controller.abort();
      });
      let done = 0;
      show = ({ message, percent }) => {
        progress.report({ message: withoutLinks(message), increment: Math.max(0, percent - done) });
        done = Math.max(done, percent);
      };
      show(latest);
      return work;
    },
  );
}

/** False for work that takes longer than the quiet time; how it ends is for its caller. */
async function settlesSoon(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, QUIET_MILLISECONDS, false);
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
