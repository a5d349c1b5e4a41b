import fs from 'node:fs';
import path from 'node:path';
import {
  RUN_FILES,
  logRowSchema,
  metricsRowSchema,
  sampleRowSchema,
  type LogRow,
  type MetricsRow,
  type SampleRow,
} from '../../core/runs/schema.js';
import { JsonLinesTail } from './jsonLinesTail.js';
import { RunReader, type RunSummary } from './runReader.js';

export interface RunListener {
  onState?(summary: RunSummary): void;
  /** A resumed run cut its files back to its checkpoint: forget all rows; they come again. */
  onReset?(): void;
  onMetrics?(rows: MetricsRow[]): void;
  onLog?(rows: LogRow[]): void;
  onSamples?(rows: SampleRow[]): void;
  /** All existing rows have been reported. */
  onCaughtUp?(): void;
}

const POLL_MILLISECONDS = 1000;
/** From a change of a file to the read: several changes make one. */
const SETTLE_MILLISECONDS = 50;
/**
 * Minimum time between two reads. A trainer may append a hundred rows per second; a person sees a
 * curve move once per second as well as twice, at half the cost.
 */
const PAUSE_MILLISECONDS = 1000;

/** Files that affect `onState`; the others are append-only. */
export const STATE_FILES: ReadonlySet<string> = new Set([
  RUN_FILES.spec,
  RUN_FILES.imported,
  RUN_FILES.state,
  RUN_FILES.annotations,
  RUN_FILES.model,
]);

/** Replays a run from its start, then tails it. */
export function followRun(directory: string, listener: RunListener): RunFollower {
  const follower = new RunFollower(directory, new RunReader(), listener);
  follower.setRowsWanted(true);
  return follower;
}

/**
 * Watches one run: its state and, where wanted, its rows. `fs.watch` makes it prompt; a slow poll
 * catches what a watch misses (network folders) and notices a trainer that died.
 */
export class RunFollower {
  private readonly tails: readonly Pick<JsonLinesTail<never>, 'look' | 'rewind' | 'read'>[];
  private readonly watcher: fs.FSWatcher | null;
  private readonly poll: NodeJS.Timeout;
  private isDisposed = false;
  private wantsRows = false;
  /** Nobody has listened in between: all rows have to come again. */
  private areTailsStale = false;
  private isReading = false;
  private isReadDue = false;
  private lastState = '';
  /** In time that a changed clock does not affect. */
  private lastRead = -Infinity;
  private settle: NodeJS.Timeout | null = null;

  constructor(
    private readonly directory: string,
    private readonly reader: RunReader,
    private readonly listener: RunListener,
  ) {
    const file = (name: string): string => path.join(directory, name);
    this.tails = [
      new JsonLinesTail(file(RUN_FILES.metrics), metricsRowSchema, (rows) => {
        listener.onMetrics?.(rows);
      }),
      new JsonLinesTail(file(RUN_FILES.log), logRowSchema, (rows) => {
        listener.onLog?.(rows);
      }),
      new JsonLinesTail(file(RUN_FILES.samples), sampleRowSchema, (rows) => {
        listener.onSamples?.(rows);
      }),
    ];
    this.watcher = tryWatch(directory, (name) => {
      if (name === null || this.wantsRows || STATE_FILES.has(name)) this.readSoon();
    });
    this.poll = setInterval(() => {
      if (performance.now() - this.lastRead >= POLL_MILLISECONDS) void this.read();
    }, POLL_MILLISECONDS);
    void this.read();
  }

  /** Begins to tail the files from their start, or stops. */
  setRowsWanted(wanted: boolean): void {
    if (wanted === this.wantsRows) return;
    this.wantsRows = wanted;
    this.areTailsStale = true;
    if (wanted) void this.read();
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.close();
    clearInterval(this.poll);
    if (this.settle !== null) clearTimeout(this.settle);
  }

  private async read(): Promise<void> {
    if (this.isReading) {
      this.isReadDue = true;
      return;
    }
    this.isReading = true;
    try {
      await this.readOnce();
    } finally {
      this.isReading = false;
      this.lastRead = performance.now();
    }
    if (!this.isReadDue) return;
    this.isReadDue = false;
    this.readSoon();
  }

  private async readOnce(): Promise<void> {
    const summary = await this.reader.read(this.directory);
    if (this.wantsRows) await this.readRows();
    if (this.isDisposed) return;
    const state = JSON.stringify(summary);
    if (state === this.lastState) return;
    this.lastState = state;
    this.listener.onState?.(summary);
  }

  private async readRows(): Promise<void> {
    const isOver = (): boolean => this.isDisposed || !this.wantsRows || this.areTailsStale;
    if (this.areTailsStale) for (const tail of this.tails) tail.rewind();
    this.areTailsStale = false;
    const looks = await Promise.all(this.tails.map((tail) => tail.look()));
    if (isOver()) return;
    const wasCut = looks.includes('cut');
    if (wasCut) {
      for (const tail of this.tails) tail.rewind();
      this.listener.onReset?.();
    }
    for (const [i, tail] of this.tails.entries()) {
      if (wasCut || looks[i] === 'grown') await tail.read(isOver);
      if (isOver()) return;
    }
    this.listener.onCaughtUp?.();
  }

  private readSoon(): void {
    if (this.isDisposed) return;
    const sinceRead = performance.now() - this.lastRead;
    const pause = Math.max(SETTLE_MILLISECONDS, PAUSE_MILLISECONDS - sinceRead);
    this.settle ??= setTimeout(() => {
      this.settle = null;
      void this.read();
    }, pause);
  }
}

/** Watches the entries of a folder; `null` where the system cannot. `name` is `null` if it is unknown. */
export function tryWatch(
  directory: string,
  onChange: (name: string | null) => void,
): fs.FSWatcher | null {
  try {
    const watcher = fs.watch(directory, (_, name) => {
      onChange(name);
    });
    // A watch may fail later (deleted folder, too many watches); the poll continues.
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return null;
  }
}
