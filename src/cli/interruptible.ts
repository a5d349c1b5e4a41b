import { rewriteLine } from './output.js';
import type { CommandValues } from './usage.js';

export interface Interruptible {
  /** Aborts on Ctrl+C, and when the process that follows this one ends. */
  readonly signal: AbortSignal;
  /** Shows progress in one line of a terminal; `null` clears it. Does nothing outside a terminal. */
  readonly show: (line: string | null) => void;
}

/**
 * Runs work that Ctrl+C cancels without leaving partial results, as does the end of the process that
 * follows this one.
 */
export async function interruptible(
  values: CommandValues,
  work: (context: Interruptible) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    stop.abort();
  };
  const isShown = process.stderr.isTTY && !values.has('json');
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  if (process.send !== undefined) process.once('disconnect', onInterrupt);
  try {
    await work({
      signal: stop.signal,
      show: (line) => {
        if (isShown) rewriteLine(process.stderr, line ?? '');
      },
    });
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt).off('disconnect', onInterrupt);
  }
}
