import { onInterrupt } from './interrupts.js';
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
  const abort = (): void => {
    stop.abort();
  };
  const isShown = process.stderr.isTTY && !values.has('json');
  const stopListening = onInterrupt(abort);
  if (process.send !== undefined) process.once('disconnect', abort);
  try {
    await work({
      signal: stop.signal,
      show: (line) => {
        if (isShown) rewriteLine(process.stderr, line ?? '');
      },
    });
  } finally {
    stopListening();
    process.off('disconnect', abort);
  }
}
