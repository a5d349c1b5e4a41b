import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';

/** Milliseconds of work between two turns of the event loop. */
const SLICE_MILLISECONDS = 15;

/**
 * Divides long work into slices of time, so that Cancel and everybody else in the process wait no
 * longer than a slice, however much or little a piece of the work is.
 */
export class Pace {
  private since = performance.now();

  constructor(private readonly signal: AbortSignal | undefined) {}

  /** Whether others are due for a turn. Asked before every small step. */
  get isOver(): boolean {
    return performance.now() - this.since > SLICE_MILLISECONDS;
  }

  /** Gives others their turn. Throws `Cancelled` once that is wanted. */
  async turn(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
    throwIfCancelled(this.signal);
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
}
