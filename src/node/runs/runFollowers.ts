import {
  emptyHistory,
  extendHistory,
  type RunHistory,
  type RunRows,
} from '../../core/runs/runHistory.js';
import { RunFollower } from './followRun.js';
import type { RunReader, RunSummary } from './runReader.js';

export interface RunWatcher {
  readonly onState?: (run: RunSummary) => void;
  /** All rows so far, condensed: at first, and again when a resumed run cut its files back. */
  readonly onHistory?: (history: RunHistory) => void;
  /** All rows that the run had when it was first read have been told. */
  readonly onCaughtUp?: () => void;
  /** New rows, after a history that has all those before. */
  readonly onRows?: (rows: RunRows) => void;
}

/** While a long run is read for the first time, its watchers see it grow this often. */
const PARTIAL_MILLISECONDS = 500;

/**
 * One follower per run, shared by all who watch it and let go with the last of them. Rows are read
 * only while somebody wants them.
 */
export class RunFollowers {
  private readonly followed = new Map<string, SharedRun>();

  constructor(private readonly reader: RunReader) {}

  /** Runs that are followed at the moment. */
  get size(): number {
    return this.followed.size;
  }

  watch(directory: string, watcher: RunWatcher): { dispose(): void } {
    let shared = this.followed.get(directory);
    if (shared === undefined) {
      shared = new SharedRun(directory, this.reader);
      this.followed.set(directory, shared);
    }
    const entry = shared;
    entry.add(watcher);
    return {
      dispose: () => {
        if (!entry.remove(watcher)) return;
        if (entry.isUnused) {
          entry.dispose();
          this.followed.delete(directory);
        }
      },
    };
  }

  dispose(): void {
    for (const shared of this.followed.values()) shared.dispose();
    this.followed.clear();
  }
}

class SharedRun {
  private readonly watchers = new Set<RunWatcher>();
  private readonly follower: RunFollower;
  private history = emptyHistory();
  private run: RunSummary | null = null;
  /** Watchers have the history; from then on they get new rows. */
  private isTold = false;
  private lastTold = performance.now();

  constructor(directory: string, reader: RunReader) {
    this.follower = new RunFollower(directory, reader, {
      onState: (run) => {
        this.run = run;
        for (const watcher of [...this.watchers]) watcher.onState?.(run);
      },
      onReset: () => {
        this.forget();
      },
      onMetrics: (metrics) => {
        this.extend({ metrics, log: [], samples: [] });
      },
      onLog: (log) => {
        this.extend({ metrics: [], log, samples: [] });
      },
      onSamples: (samples) => {
        this.extend({ metrics: [], log: [], samples });
      },
      onCaughtUp: () => {
        if (this.isTold) return;
        this.tell();
        this.isTold = true;
        for (const watcher of [...this.watchers]) watcher.onCaughtUp?.();
      },
    });
  }

  get isUnused(): boolean {
    return this.watchers.size === 0;
  }

  add(watcher: RunWatcher): void {
    this.watchers.add(watcher);
    this.readWanted();
    if (this.run !== null) watcher.onState?.(this.run);
    if (!this.isTold) return;
    watcher.onHistory?.(this.history);
    watcher.onCaughtUp?.();
  }

  /** False if it was removed before. */
  remove(watcher: RunWatcher): boolean {
    const wasThere = this.watchers.delete(watcher);
    this.readWanted();
    return wasThere;
  }

  dispose(): void {
    this.follower.dispose();
  }

  private readWanted(): void {
    const wanted = [...this.watchers].some(({ onHistory }) => onHistory !== undefined);
    if (!wanted) this.forget();
    this.follower.setRowsWanted(wanted);
  }

  private forget(): void {
    this.history = emptyHistory();
    this.isTold = false;
    this.lastTold = performance.now();
  }

  private extend(rows: RunRows): void {
    this.history = extendHistory(this.history, rows);
    if (this.isTold) for (const watcher of [...this.watchers]) watcher.onRows?.(rows);
    else if (performance.now() - this.lastTold > PARTIAL_MILLISECONDS) this.tell();
  }

  private tell(): void {
    this.lastTold = performance.now();
    for (const watcher of [...this.watchers]) watcher.onHistory?.(this.history);
  }
}
