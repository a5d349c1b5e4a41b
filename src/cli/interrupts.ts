/** Signals that ask a command to end: Ctrl+C and `kill`, with the exit codes that shells expect. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Interrupt = keyof typeof EXIT_CODES;

const SIGNALS = Object.keys(EXIT_CODES) as Interrupt[];

/** First signal that this process has received while a command listened. */
let received: Interrupt | null = null;

/**
 * Calls back on Ctrl+C and when the process is asked to end; a second signal of the same kind ends it at
 * once. Returns a function that stops listening.
 */
export function onInterrupt(callback: () => void): () => void {
  const listener = (signal: Interrupt): void => {
    received ??= signal;
    callback();
  };
  for (const signal of SIGNALS) process.once(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Exit code of the signal that interrupted the command, such as 130 for Ctrl+C; `null` without one. */
export function interruptExitCode(): 130 | 143 | null {
  return received === null ? null : EXIT_CODES[received];
}

/** Sets the exit code of a command that was stopped before its end: that of the signal, otherwise 1. */
export function exitAsStopped(): void {
  process.exitCode = interruptExitCode() ?? 1;
}
