import * as vscode from 'vscode';
import type { LocalModel } from '../../core/hub/localModel.js';
import { modelRunsOf } from '../../node/runs/modelRuns.js';
import type { DataClient } from '../platform/dataClient.js';
import { DisposableStore } from '../platform/disposables.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import type { RunStore } from '../runs/runStore.js';
import { sharedCacheFolder } from './hub/editorHubAccess.js';

const SETTLE_MILLISECONDS = 500;
/** Files whose coming and going changes the list; the files of runs are followed by their store. */
const WORKSPACE_FILES = '**/{config.json,*.safetensors,model.safetensors.index.json,model.onnx}';
const CACHE_FILES = 'models--*/{refs,snapshots}/**';

export interface ModelStoreOptions {
  readonly dataClient: Pick<DataClient, 'call'>;
  readonly runStore: Pick<RunStore, 'ready' | 'list' | 'onDidChange'>;
  readonly bundledModel: string;
  readonly onError: (thrown: unknown) => void;
}

/**
 * The models on this machine. They are listed when somebody first asks, in the data worker, and again
 * when files change. Nothing is read while nobody has asked.
 */
export class LocalModelStore implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  private models: readonly LocalModel[] = [];
  private listed: Promise<void> | null = null;
  private isFollowing = false;
  private settle: NodeJS.Timeout | null = null;
  /** Facts about runs in the list, so that their progress alone causes no new list. */
  private runsKey = '';

  readonly onDidChange = this.changed.event;

  constructor(private readonly options: ModelStoreOptions) {}

  /** All models, as they were when something last changed. */
  async list(): Promise<readonly LocalModel[]> {
    if (this.listed === null) {
      if (!this.isFollowing) this.follow();
      this.listed = this.read();
    }
    const { listed } = this;
    try {
      await listed;
    } catch (thrown) {
      // The next one who asks tries again.
      if (this.listed === listed) this.listed = null;
      throw thrown;
    }
    return this.models;
  }

  /** Lists everything again. */
  async refresh(): Promise<void> {
    if (this.listed === null) {
      await this.list();
      return;
    }
    // Not two at once: the older answer could come last.
    this.listed = this.listed.catch(() => undefined).then(() => this.read());
    await this.listed;
  }

  /** The model in a folder, as listed last. */
  get(folder: string): LocalModel | undefined {
    return this.models.find((model) => model.folder === folder);
  }

  dispose(): void {
    if (this.settle !== null) clearTimeout(this.settle);
    this.disposables.dispose();
  }

  private async read(): Promise<void> {
    const { dataClient, runStore, bundledModel } = this.options;
    await runStore.ready();
    const runs = modelRunsOf(runStore.list());
    this.runsKey = keyOfRuns(runs);
    this.models = await dataClient.call('listModels', {
      ...{ bundledModel, runs },
      cacheFolder: sharedCacheFolder(),
      workspaceFolders: workspaceFoldersOnDisk().map(({ uri }) => uri.fsPath),
    });
    this.changed.fire(undefined);
  }

  private follow(): void {
    this.isFollowing = true;
    const { runStore } = this.options;
    const soon = (): void => {
      this.settle ??= setTimeout(() => {
        this.settle = null;
        this.refresh().catch(this.options.onError);
      }, SETTLE_MILLISECONDS);
    };
    const cache = vscode.Uri.file(sharedCacheFolder());
    const watchers = [
      vscode.workspace.createFileSystemWatcher(WORKSPACE_FILES, false, true),
      vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(cache, CACHE_FILES)),
    ];
    for (const watcher of watchers) {
      this.disposables.add(watcher);
      this.disposables.add(watcher.onDidCreate(soon));
      this.disposables.add(watcher.onDidDelete(soon));
      this.disposables.add(watcher.onDidChange(soon));
    }
    this.disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(soon));
    this.disposables.add(
      runStore.onDidChange(() => {
        if (keyOfRuns(modelRunsOf(runStore.list())) !== this.runsKey) soon();
      }),
    );
  }
}

function keyOfRuns(runs: ReturnType<typeof modelRunsOf>): string {
  return JSON.stringify(runs);
}
