import type { CommandValues } from './usage.js';

export interface Interruptible {
  /** Aborts at Ctrl+C. */
  readonly signal: AbortSignal;
  /** Shows how far the work is, in one line where there is someone to read it; null clears it. */
  readonly show: (line: string | null) => void;
}

/** Runs work that ends early, leaving nothing behind, when the person stops it. */
export async function interruptible(
  values: CommandValues,
  work: (how: Interruptible) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    stop.abort();
  };
  const isShown = process.stderr.isTTY && !values.has('json');
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    await work({
      signal: stop.signal,
      show: (line) => {
        if (isShown) process.stderr.write(`\r\x1b[K${line ?? ''}`);
      },
    });
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}
