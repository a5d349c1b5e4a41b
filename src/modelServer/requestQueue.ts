import { AppError } from '../core/errors.js';
import type { AbortState } from '../core/predict/runRows.js';

export type Urgency = 'interactive' | 'background';

interface Entry {
  readonly signal: AbortState;
  readonly start: () => Promise<void>;
  readonly cancel: () => void;
}

/**
 * Runs one piece of work at a time, interactive work first. Work whose signal has aborted by the
 * time its turn comes is not begun. Two forward passes at once would only share the same cores.
 */
export class RequestQueue {
  private readonly waiting: Readonly<Record<Urgency, Entry[]>> = {
    interactive: [],
    background: [],
  };
  private isRunning = false;

  run<T>(
    work: () => Promise<T>,
    options: { readonly urgency: Urgency; readonly signal: AbortState },
  ): Promise<T> {
    return new Promise((resolve, reject: (error: unknown) => void) => {
      this.waiting[options.urgency].push({
        signal: options.signal,
        start: () => work().then(resolve, reject),
        cancel: () => {
          reject(new AppError({ code: 'Cancelled', details: {} }));
        },
      });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (;;) {
      const entry = this.waiting.interactive.shift() ?? this.waiting.background.shift();
      if (entry === undefined) break;
      if (entry.signal.aborted) entry.cancel();
      else await entry.start();
    }
    this.isRunning = false;
  }
}
