import path from 'node:path';
import { mapAtOnce } from '../../core/collections/mapAtOnce.js';
import { isLive } from '../../core/runs/status.js';
import { listRunDirectories, runsFolderOf } from '../../node/runs/runDirectory.js';
import type { RunFollowers } from '../../node/runs/runFollowers.js';
import { RUNS_AT_ONCE, type RunReader, type RunSummary } from '../../node/runs/runReader.js';
import { fileExists, statFile } from '../../node/files/descriptors.js';
import type { Disposable } from '../platform/disposables.js';
import { FreshReads } from './freshReads.js';

/** A run that changed, appeared or went; `run` is null once it is gone. */
export interface RunChange {
  readonly directory: string;
  readonly run: RunSummary | null;
  readonly previous: RunSummary | null;
}

export interface RunIndexOptions {
  readonly reader: RunReader;
  readonly followers: Pick<RunFollowers, 'watch'>;
  /** Workspace folders that are open now. */
  readonly folders: () => readonly string[];
  /** Watches the runs of these folders, and no longer those of others. */
  readonly watch: (folders: readonly string[]) => void;
  readonly onDidChange: (change: RunChange) => void;
  readonly onError: (thrown: unknown) => void;
}

/**
 * Watchers miss folders in a folder that was just created, and everything that another machine does
 * in a shared folder.
 */
const LOOK_MILLISECONDS = 5000;

/**
 * The runs of all workspace folders. They are listed once; afterwards a run is read again when it
 * is named, or when a check of the folders finds it changed. Live runs are followed, since a trainer
 * that dies changes no file.
 */
export class RunIndex implements Disposable {
  private readonly runs = new Map<string, RunSummary>();
  private readonly followed = new Map<string, Disposable>();
  private readonly reads = new FreshReads((directory) => this.readOne(directory));
  private readonly listings = new FreshReads(() => this.listAll());
  private latestListing: Promise<void> = Promise.resolve();
  /** When the entries of each run's folder last changed, as the last look found it. */
  private changedAt: ReadonlyMap<string, number> = new Map();
  private readonly looks: NodeJS.Timeout;
  private isDisposed = false;

  constructor(private readonly options: RunIndexOptions) {
    this.looks = setInterval(() => {
      this.look().catch(options.onError);
    }, LOOK_MILLISECONDS);
  }

  /** Newest first. */
  list(): RunSummary[] {
    return [...this.runs.values()].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  }

  get(directory: string): RunSummary | undefined {
    return this.runs.get(directory);
  }

  /** Resolves once all listings that were asked for are in. */
  ready(): Promise<void> {
    return this.latestListing;
  }

  /** Lists everything again, in a listing that begins after this call. */
  refresh(): Promise<void> {
    this.latestListing = this.listings.read('');
    return this.latestListing;
  }

  /** Reads one run again now; a run that is new or gone is found so as well. */
  update(directory: string): Promise<RunSummary | null> {
    return this.reads.read(directory);
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.looks);
    for (const follower of this.followed.values()) follower.dispose();
    this.followed.clear();
  }

  /** Reads the runs again that came, went or changed since the last look and are not followed. */
  private async look(): Promise<void> {
    await this.latestListing;
    // A folder that cannot be read now has lost no runs; the listing has reported it.
    const listed = await Promise.all(
      this.options.folders().map(async (folder) => {
        const directories = await listRunDirectories(runsFolderOf(folder)).catch(() => null);
        return directories === null ? [] : [{ runsFolder: runsFolderOf(folder), directories }];
      }),
    );
    const runsFolders = listed.flat().map(({ runsFolder }) => runsFolder);
    const directories = listed.flat().flatMap((found) => found.directories);
    const changedAt = new Map<string, number>();
    await mapAtOnce(directories, RUNS_AT_ONCE, async (directory) => {
      const stats = await statFile(directory);
      if (stats !== null) changedAt.set(directory, stats.mtimeMs);
    });
    const before = this.changedAt;
    this.changedAt = changedAt;
    const changed = [...changedAt].filter(([directory, at]) =>
      this.runs.has(directory) ? before.has(directory) && before.get(directory) !== at : true,
    );
    const gone = [...this.runs.keys()].filter(
      (directory) => runsFolders.includes(path.dirname(directory)) && !changedAt.has(directory),
    );
    // Runs of other tools end by not changing.
    const elsewhere = [...this.runs.values()].filter(({ status }) => status === 'runningElsewhere');
    const due = new Set([
      ...changed.map(([directory]) => directory),
      ...gone,
      ...elsewhere.map(({ directory }) => directory),
    ]);
    await mapAtOnce(
      [...due].filter((directory) => !this.followed.has(directory)),
      RUNS_AT_ONCE,
      (directory) => this.update(directory),
    );
  }

  private async listAll(): Promise<void> {
    const folders = this.options.folders();
    this.options.watch(folders);
    const lists = await Promise.all(
      folders.map((folder) =>
        listRunDirectories(runsFolderOf(folder)).catch((thrown: unknown) => {
          this.options.onError(thrown);
          return [];
        }),
      ),
    );
    const listed = new Set(lists.flat());
    const runsFolders = new Set(folders.map(runsFolderOf));
    for (const directory of this.runs.keys()) {
      if (runsFolders.has(path.dirname(directory))) listed.add(directory);
      else this.set(directory, null);
    }
    await mapAtOnce([...listed], RUNS_AT_ONCE, (directory) => this.update(directory));
    await this.options.reader.remember();
  }

  private async readOne(directory: string): Promise<RunSummary | null> {
    const run = await this.options.reader.read(directory);
    const isGone = run.facts === null && run.state === null && !(await fileExists(directory));
    this.set(directory, isGone ? null : run);
    return isGone ? null : run;
  }

  private set(directory: string, run: RunSummary | null): void {
    if (this.isDisposed) return;
    const previous = this.runs.get(directory) ?? null;
    if (run === null) this.runs.delete(directory);
    else this.runs.set(directory, run);
    this.follow(directory, run !== null && isLive(run.status));
    if (JSON.stringify(previous) !== JSON.stringify(run)) {
      this.options.onDidChange({ directory, run, previous });
    }
  }

  private follow(directory: string, wanted: boolean): void {
    const follower = this.followed.get(directory);
    if (!wanted) {
      this.followed.delete(directory);
      follower?.dispose();
    } else if (follower === undefined) {
      // Read again rather than taken over: reads of one run are in order, whoever asks.
      const onState = (): void => {
        this.update(directory).catch(this.options.onError);
      };
      this.followed.set(directory, this.options.followers.watch(directory, { onState }));
    }
  }
}
