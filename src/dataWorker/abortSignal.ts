import type { CancellationSignal } from '../core/ports.js';

/** An `AbortSignal` that aborts when the caller of a handler cancels. */
export function abortSignalOf(signal: CancellationSignal): AbortSignal {
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  else {
    signal.addEventListener('abort', () => {
      controller.abort();
    });
  }
  return controller.signal;
}
