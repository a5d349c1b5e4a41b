import { isLive } from '../../core/runs/status.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** The part of a run store that tells when a run changes. */
export interface WatchedRuns {
  get(directory: string): RunSummary | undefined;
  readonly onDidChange: (
    listener: (change: { readonly directory: string; readonly run: RunSummary | null }) => void,
  ) => { dispose(): unknown };
}

const POLL_MILLISECONDS = 1000;
const LAUNCH_MILLISECONDS = 10_000;

/**
 * Resolves with the run once no trainer owns it any more, with null once it is deleted, and with
 * `'aborted'` when the signal aborts; nothing stays behind in any case.
 */
export function runEnded(
  runs: WatchedRuns,
  directory: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<RunSummary | null | 'aborted'> {
  return new Promise((resolve) => {
    // A run that is being resumed reads as ended until its new trainer writes its first state.
    let wasLive = false;
    const deadline = performance.now() + LAUNCH_MILLISECONDS;
    const end = (result: RunSummary | null | 'aborted'): void => {
      clearInterval(timer);
      subscription.dispose();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const settle = (run: RunSummary | null): void => {
      if (run !== null && isLive(run.status)) wasLive = true;
      const isOver = wasLive || performance.now() > deadline;
      if (run === null || (!isLive(run.status) && isOver)) end(run);
    };
    const onAbort = (): void => {
      end('aborted');
    };
    const timer = setInterval(() => {
      settle(runs.get(directory) ?? null);
    }, POLL_MILLISECONDS);
    const subscription = runs.onDidChange((change) => {
      if (change.directory === directory) settle(change.run);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else settle(runs.get(directory) ?? null);
  });
}
