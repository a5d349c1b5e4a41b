import { HttpError } from './httpError.js';

/** Share of the last request in the average time of one. */
const NEWEST = 0.3;
const LONGEST_WAIT = 60;

/** Counts the requests that are being answered or wait, and refuses more than it has room for. */
export class RequestQueue {
  private taken = 0;
  private averageSeconds = 0.1;

  /** `room`: number of requests that may wait while one is answered. */
  constructor(private readonly room: number) {}

  get length(): number {
    return this.taken;
  }

  /** Runs `work`. Throws `HttpError` 429 with the seconds after which to try again. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken > this.room) {
      const seconds = Math.ceil(this.averageSeconds * this.taken);
      const wait = String(Math.min(LONGEST_WAIT, Math.max(1, seconds)));
      throw new HttpError(
        429,
        `The server is busy: ${this.taken} requests wait. Try again after ${wait} s.`,
        { 'retry-after': wait },
      );
    }
    this.taken++;
    const started = performance.now();
    try {
      return await work();
    } finally {
      // Requests share the model, so that one takes its time divided by those that waited with it.
      const seconds = (performance.now() - started) / 1000 / this.taken;
      this.averageSeconds += NEWEST * (seconds - this.averageSeconds);
      this.taken--;
    }
  }
}
