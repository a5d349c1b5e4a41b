import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';

/** Milliseconds of work between two iterations of the event loop. */
const SLICE_MILLISECONDS = 15;

/**
 * Divides long work into time slices, so that cancellation and other work of the process wait no
 * longer than one slice.
 */
export class Pace {
  private since = performance.now();

  constructor(private readonly signal: Pick<AbortSignal, 'aborted'> | undefined) {}

  /** Whether to call `turn` now: the time slice has ended or work is aborted. */
  get isOver(): boolean {
    const isAborted = this.signal?.aborted === true;
    return isAborted || performance.now() - this.since > SLICE_MILLISECONDS;
  }

  /** Yields to the event loop. Throws `Cancelled` if aborted. */
  async turn(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
    throwIfCancelled(this.signal);
  }
}

export function throwIfCancelled(signal: Pick<AbortSignal, 'aborted'> | undefined): void {
  if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
}
