import path from 'node:path';
import * as vscode from 'vscode';
import { isLive } from '../../core/runs/status.js';
import { listRunDirectories, runsFolderOf } from '../../node/runs/runDirectory.js';
import { RunReader, type RunSummary } from '../../node/runs/runReader.js';
import { fileExists } from '../../node/runs/stampedFiles.js';
import { DisposableStore } from '../platform/disposables.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { FreshReads } from './freshReads.js';

const LIVE_POLL_MILLISECONDS = 1000;
const SETTLE_MILLISECONDS = 150;

/** A run that changed, appeared or went; `run` is null once it is gone. */
export interface RunChange {
  readonly directory: string;
  readonly run: RunSummary | null;
  readonly previous: RunSummary | null;
}

/**
 * The runs of all workspace folders. They are listed once; afterwards the workspace's file watcher
 * names the run that changed, and only that one is read again. Live runs are read every second as
 * well, since a trainer that dies changes no file.
 */
export class RunStore implements vscode.Disposable {
  private readonly runs = new Map<string, RunSummary>();
  private readonly reader = new RunReader();
  private readonly pending = new Set<string>();
  private readonly disposables = new DisposableStore();
  private readonly watchers = new Map<string, vscode.Disposable>();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<RunChange>());
  private readonly reads = new FreshReads((directory) => this.readOne(directory));
  private settle: NodeJS.Timeout | null = null;
  private poll: NodeJS.Timeout | null = null;
  private listing: Promise<void> | null = null;
  private isDisposed = false;

  readonly onDidChange = this.changed.event;

  constructor(private readonly onError: (thrown: unknown) => void) {
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        void this.refresh();
      }),
    );
    void this.refresh();
  }

  /** Newest first. */
  list(): RunSummary[] {
    return [...this.runs.values()].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  }

  get(directory: string): RunSummary | undefined {
    return this.runs.get(directory);
  }

  live(): RunSummary[] {
    return this.list().filter((run) => isLive(run.status));
  }

  /** Resolves once the runs that were there at the start are known. */
  ready(): Promise<void> {
    return this.listing ?? Promise.resolve();
  }

  /** Lists everything anew: at the start, when folders change, and when the person asks. */
  refresh(): Promise<void> {
    this.listing ??= this.listAll().finally(() => {
      this.listing = null;
    });
    return this.listing;
  }

  /** Reads one run again now; a run that is new or gone is found so as well. */
  update(directory: string): Promise<RunSummary | null> {
    return this.reads.read(directory);
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.settle !== null) clearTimeout(this.settle);
    if (this.poll !== null) clearInterval(this.poll);
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.disposables.dispose();
  }

  private async listAll(): Promise<void> {
    const folders = workspaceFoldersOnDisk();
    this.watch(folders);
    const lists = await Promise.all(
      folders.map((folder) =>
        listRunDirectories(runsFolderOf(folder.uri.fsPath)).catch((thrown: unknown) => {
          this.onError(thrown);
          return [];
        }),
      ),
    );
    const listed = new Set(lists.flat());
    const isOpen = (directory: string): boolean =>
      folders.some(({ uri }) => path.dirname(directory) === runsFolderOf(uri.fsPath));
    for (const directory of this.runs.keys()) {
      if (isOpen(directory)) listed.add(directory);
      else this.set(directory, null);
    }
    await Promise.all([...listed].map((directory) => this.update(directory)));
  }

  private async readOne(directory: string): Promise<RunSummary | null> {
    const run = await this.reader.read(directory);
    const isGone = run.facts === null && run.state === null && !(await fileExists(directory));
    this.set(directory, isGone ? null : run);
    return isGone ? null : run;
  }

  private watch(folders: readonly vscode.WorkspaceFolder[]): void {
    const wanted = new Map(folders.map((folder) => [folder.uri.fsPath, folder]));
    for (const [folder, watcher] of this.watchers) {
      if (wanted.has(folder)) continue;
      watcher.dispose();
      this.watchers.delete(folder);
    }
    for (const [fsPath, folder] of wanted) {
      if (this.watchers.has(fsPath)) continue;
      const runsFolder = runsFolderOf(fsPath);
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(folder, '.masklab/runs/**'),
      );
      const onEvent = (uri: vscode.Uri): void => {
        this.onFileEvent(runsFolder, uri.fsPath);
      };
      const subscriptions = [
        watcher,
        watcher.onDidCreate(onEvent),
        watcher.onDidChange(onEvent),
        watcher.onDidDelete(onEvent),
      ];
      this.watchers.set(fsPath, vscode.Disposable.from(...subscriptions));
    }
  }

  /** Only the run's own folder and its state matter here; metrics are tailed by the panel. */
  private onFileEvent(runsFolder: string, file: string): void {
    const [id, name, ...deeper] = path.relative(runsFolder, file).split(path.sep);
    if (id === undefined || id === '' || id.startsWith('.')) {
      // The runs folder itself, or the whole of `.masklab`, came or went.
      if (id === '' || id === '..') void this.refresh();
      return;
    }
    if (
      deeper.length > 0 ||
      (name !== undefined && !/^(state|run|annotations)\.json$|^model$/.test(name))
    )
      return;
    this.pending.add(path.join(runsFolder, id));
    this.settle ??= setTimeout(() => {
      this.settle = null;
      const directories = [...this.pending];
      this.pending.clear();
      for (const directory of directories) this.update(directory).catch(this.onError);
    }, SETTLE_MILLISECONDS);
  }

  private set(directory: string, run: RunSummary | null): void {
    if (this.isDisposed) return;
    const previous = this.runs.get(directory) ?? null;
    if (run === null) this.runs.delete(directory);
    else this.runs.set(directory, run);
    this.pollWhileLive();
    if (JSON.stringify(previous) !== JSON.stringify(run)) {
      this.changed.fire({ directory, run, previous });
    }
  }

  private pollWhileLive(): void {
    const live = this.live();
    if (live.length > 0) {
      this.poll ??= setInterval(() => {
        for (const { directory } of this.live()) this.update(directory).catch(this.onError);
      }, LIVE_POLL_MILLISECONDS);
    } else if (this.poll !== null) {
      clearInterval(this.poll);
      this.poll = null;
    }
  }
}
