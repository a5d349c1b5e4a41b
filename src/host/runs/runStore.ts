import path from 'node:path';
import * as vscode from 'vscode';
import { isLive } from '../../core/runs/status.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import type { RunFollowers } from '../../node/runs/runFollowers.js';
import type { RunReader, RunSummary } from '../../node/runs/runReader.js';
import { DisposableStore } from '../platform/disposables.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { RunIndex, type RunChange } from './runIndex.js';

const SETTLE_MILLISECONDS = 150;

export interface RunStoreOptions {
  readonly runReader: RunReader;
  readonly runFollowers: RunFollowers;
  readonly onError: (thrown: unknown) => void;
}

/** The runs of the editor's workspace: its file watcher names the run that changed. */
export class RunStore implements vscode.Disposable {
  private readonly pending = new Set<string>();
  private readonly disposables = new DisposableStore();
  private readonly watchers = new Map<string, vscode.Disposable>();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<RunChange>());
  private readonly index: RunIndex;
  private settle: NodeJS.Timeout | null = null;

  readonly onDidChange = this.changed.event;

  constructor(private readonly options: RunStoreOptions) {
    this.index = this.disposables.add(
      new RunIndex({
        reader: options.runReader,
        followers: options.runFollowers,
        folders: () => workspaceFoldersOnDisk().map(({ uri }) => uri.fsPath),
        watch: (folders) => {
          this.watch(folders);
        },
        onDidChange: (change) => {
          this.changed.fire(change);
        },
        onError: options.onError,
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        void this.refresh();
      }),
    );
    void this.refresh();
  }

  /** Newest first. */
  list(): RunSummary[] {
    return this.index.list();
  }

  get(directory: string): RunSummary | undefined {
    return this.index.get(directory);
  }

  live(): RunSummary[] {
    return this.list().filter((run) => isLive(run.status));
  }

  /** Resolves once the runs that were there at the start are known. */
  ready(): Promise<void> {
    return this.index.ready();
  }

  /** Lists everything again: at the start, when folders change, and when the person asks. */
  refresh(): Promise<void> {
    return this.index.refresh();
  }

  /** Reads one run again now; a run that is new or gone is found so as well. */
  update(directory: string): Promise<RunSummary | null> {
    return this.index.update(directory);
  }

  dispose(): void {
    if (this.settle !== null) clearTimeout(this.settle);
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.disposables.dispose();
  }

  private watch(folders: readonly string[]): void {
    const wanted = new Set(folders);
    for (const [folder, watcher] of this.watchers) {
      if (wanted.has(folder)) continue;
      watcher.dispose();
      this.watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (this.watchers.has(folder)) continue;
      const runsFolder = runsFolderOf(folder);
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(folder), '.masklab/runs/**'),
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
      this.watchers.set(folder, vscode.Disposable.from(...subscriptions));
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
      for (const directory of directories) this.update(directory).catch(this.options.onError);
    }, SETTLE_MILLISECONDS);
  }
}
