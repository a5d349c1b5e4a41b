import type fs from 'node:fs';
import path from 'node:path';
import { isLive } from '../../core/runs/status.js';
import { STATE_FILES, tryWatch } from './followRun.js';
import { listRunDirectories } from './runDirectory.js';
import { RunReader, type RunSummary } from './runReader.js';

export interface RunsFolderListener {
  /** A run that was found, or that may have changed. */
  readonly onRun: (run: RunSummary) => void;
  readonly onGone: (run: Pick<RunSummary, 'id' | 'directory'>) => void;
}

/** From a change of a file to the read: several changes make one. */
const SETTLE_MILLISECONDS = 50;

/** Intervals in which runs are read again without a reported change, in milliseconds. */
export interface PollIntervals {
  /** Runs that train: a trainer that dies changes no file. */
  readonly live: number;
  /** All runs: watches miss what another machine does in a shared folder. */
  readonly all: number;
}
const POLLS: PollIntervals = { live: 1000, all: 5000 };

/** Reports the runs of a folder: all at first, then those whose files change. */
export class RunsFolderWatch {
  /** Rejects with `Storage` if the folder can no longer be listed. */
  readonly failed: Promise<never>;
  private readonly reader = new RunReader();
  private readonly watched = new Map<string, fs.FSWatcher | null>();
  private readonly live = new Set<string>();
  private readonly folderWatch: fs.FSWatcher | null;
  private readonly polls: readonly NodeJS.Timeout[];
  private readonly due = new Set<string>();
  private isListDue = true;
  private isDisposed = false;
  private settle: NodeJS.Timeout | null = null;
  private work: Promise<void> = Promise.resolve();
  private reject: (thrown: unknown) => void = () => undefined;

  constructor(
    private readonly folder: string,
    private readonly listener: RunsFolderListener,
    polls = POLLS,
  ) {
    this.failed = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    this.failed.catch(() => undefined);
    this.folderWatch = tryWatch(folder, () => {
      this.isListDue = true;
      this.readSoon();
    });
    this.polls = [
      setInterval(() => {
        for (const directory of this.live) this.due.add(directory);
        if (this.live.size > 0) this.readSoon();
      }, polls.live),
      setInterval(() => {
        for (const directory of this.watched.keys()) this.due.add(directory);
        this.isListDue = true;
        this.readSoon();
      }, polls.all),
    ];
    this.readSoon();
  }

  dispose(): void {
    this.isDisposed = true;
    for (const poll of this.polls) clearInterval(poll);
    if (this.settle !== null) clearTimeout(this.settle);
    this.folderWatch?.close();
    for (const watcher of this.watched.values()) watcher?.close();
  }

  private readSoon(): void {
    if (this.isDisposed) return;
    this.settle ??= setTimeout(() => {
      this.settle = null;
      // Reads come one after the other, so that a run is never told in an older state.
      this.work = this.work.then(() => this.read()).catch(this.reject);
    }, SETTLE_MILLISECONDS);
  }

  private async read(): Promise<void> {
    if (this.isListDue) await this.list();
    const directories = [...this.due].sort();
    this.due.clear();
    for (const directory of directories) {
      const run = await this.reader.read(directory);
      if (this.isDisposed) return;
      if (!this.watched.has(directory)) continue;
      if (isLive(run.status)) this.live.add(directory);
      else this.live.delete(directory);
      this.listener.onRun(run);
    }
  }

  private async list(): Promise<void> {
    this.isListDue = false;
    const found = new Set(await listRunDirectories(this.folder));
    if (this.isDisposed) return;
    for (const [directory, watcher] of this.watched) {
      if (found.has(directory)) continue;
      watcher?.close();
      this.watched.delete(directory);
      this.live.delete(directory);
      this.due.delete(directory);
      this.listener.onGone({ id: path.basename(directory), directory });
    }
    for (const directory of found) {
      if (this.watched.has(directory)) continue;
      this.due.add(directory);
      this.watched.set(
        directory,
        tryWatch(directory, (name) => {
          if (name !== null && !STATE_FILES.has(name)) return;
          this.due.add(directory);
          this.readSoon();
        }),
      );
    }
  }
}
