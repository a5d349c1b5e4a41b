import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';

/** Milliseconds of work between two looks at what else there is to do. */
const PAUSE_AFTER = 50;

/** Lets other work have its turn, and throws `Cancelled` once that is wanted. */
export function pauses(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > PAUSE_AFTER) {
      await setImmediate();
      last = performance.now();
    }
    throwIfCancelled(signal);
  };
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
}
