import { cancelled } from '../../core/errors.js';
import { LruCache } from '../../core/collections/lruCache.js';
import type { CancellationSignal } from '../../core/ports.js';
import type { JobProgress, Lane } from '../../core/predict/jobs.js';
import { Scheduler, type Ticket, type Turn } from './scheduler.js';
import type { StoredAnswer } from './storedAnswers.js';

/** Resources of a running job. */
export interface JobContext {
  readonly signal: AbortSignal;
  readonly turn: Turn;
  readonly report: (progress: JobProgress) => void;
}

export interface JobAnswer<R> {
  readonly response: R;
  /** Whether the answer is complete. Incomplete answers are not cached. */
  readonly isFinal: boolean;
}

/** One call that a job answers. */
export interface JobRequest {
  /** Identifies model and request; calls with the same key share an answer. */
  readonly key: string;
  readonly lane: Lane;
  readonly signal: CancellationSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

interface Job {
  readonly ticket: Ticket;
  readonly abort: AbortController;
  readonly answer: Promise<unknown>;
  readonly listeners: Set<(progress: JobProgress) => void>;
  callers: number;
}

/**
 * Answers calls from the cache, from a running job for the same call, or with a new job. A job runs
 * in the most urgent lane of its callers and is canceled once all of them are.
 */
export class SharedJobs {
  private readonly scheduler = new Scheduler();
  private readonly jobs = new Map<string, Job>();
  private readonly answers: LruCache<string, { readonly response: unknown }>;

  /** Pending until the answers of earlier sessions are read; then `null`. */
  private reading: Promise<void> | null;
  private hasNew = false;

  /** `stored`: answers of earlier sessions, oldest first. */
  constructor(cacheBytes: number, stored?: Promise<readonly StoredAnswer[]>) {
    this.reading =
      stored?.then((answers) => {
        for (const [key, response] of answers) this.answers.set(key, { response });
        this.reading = null;
      }) ?? null;
    this.answers = new LruCache(
      cacheBytes,
      ({ response }, key) => estimatedBytes(key) + estimatedBytes(response),
    );
  }

  /** Estimated size of the cached answers in bytes. */
  get cachedBytes(): number {
    return this.answers.size;
  }

  /** The cached answers whose keys pass a test, oldest first; `null` if there was no new one since. */
  newAnswers(isStored: (key: string) => boolean): StoredAnswer[] | null {
    if (!this.hasNew) return null;
    this.hasNew = false;
    return this.answers
      .list()
      .filter(([key]) => isStored(key))
      .map(([key, { response }]) => [key, response]);
  }

  /** An answer or a part of one, if it is in the cache. */
  known(key: string): unknown {
    return this.answers.get(key)?.response;
  }

  /** Keeps an answer or a part of one. */
  keep(key: string, response: unknown): void {
    this.answers.set(key, { response });
    this.hasNew = true;
  }

  /** Rejects with `Cancelled` at once when the caller's signal aborts. */
  async answer<R>(
    request: JobRequest,
    work: (context: JobContext) => Promise<JobAnswer<R>>,
  ): Promise<R> {
    if (this.reading !== null) await this.reading;
    return this.answerNow(request, work);
  }

  private answerNow<R>(
    request: JobRequest,
    work: (context: JobContext) => Promise<JobAnswer<R>>,
  ): Promise<R> {
    const known = this.answers.get(request.key);
    if (known !== undefined) return Promise.resolve(known.response as R);
    if (request.signal.aborted) return Promise.reject(cancelled());
    const { key, lane } = request;
    const running = this.jobs.get(key);
    if (running !== undefined) this.scheduler.raise(running.ticket, lane);
    return this.join(running ?? this.start(key, lane, work), request) as Promise<R>;
  }

  private start<R>(
    key: string,
    lane: Lane,
    work: (context: JobContext) => Promise<JobAnswer<R>>,
  ): Job {
    const abort = new AbortController();
    const { signal } = abort;
    const ticket: Ticket = { signal, lane };
    const listeners: Job['listeners'] = new Set();
    const report = (progress: JobProgress): void => {
      for (const listener of listeners) listener(progress);
    };
    const answer = this.scheduler
      .run(ticket, (turn) => work({ signal, turn, report }))
      .then(({ response, isFinal }) => {
        if (isFinal) this.keep(key, response);
        return response;
      })
      .finally(() => {
        if (this.jobs.get(key) === job) this.jobs.delete(key);
      });
    const job: Job = { ticket, abort, answer, listeners, callers: 0 };
    this.jobs.set(key, job);
    return job;
  }

  private join(job: Job, { key, signal, onProgress }: JobRequest): Promise<unknown> {
    // Use a separate listener per call, because two calls may share a function.
    const listener = (progress: JobProgress): void => {
      onProgress(progress);
    };
    job.listeners.add(listener);
    job.callers++;
    return new Promise((resolve, reject: (thrown: unknown) => void) => {
      const leave = (): void => {
        signal.removeEventListener('abort', onAbort);
        job.listeners.delete(listener);
      };
      const onAbort = (): void => {
        leave();
        reject(cancelled());
        job.callers--;
        if (job.callers > 0) return;
        // Later calls with this key start a new job.
        if (this.jobs.get(key) === job) this.jobs.delete(key);
        job.abort.abort();
      };
      signal.addEventListener('abort', onAbort);
      job.answer.finally(leave).then(resolve, reject);
    });
  }
}

/** Bytes of a number in an object, of the header of an object or array, and of that of a string. */
const SIZES = { slot: 8, number: 16, object: 48, string: 24 } as const;

/** Estimated size of plain data in V8, precise enough to limit a cache. */
export function estimatedBytes(value: unknown): number {
  if (typeof value === 'string') return SIZES.string + value.length;
  if (typeof value === 'number') return SIZES.number;
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return SIZES.object + value.byteLength;
  let bytes: number = SIZES.object;
  for (const part of Object.values(value)) bytes += SIZES.slot + estimatedBytes(part);
  return bytes;
}
