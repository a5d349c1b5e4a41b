import path from 'node:path';
import * as vscode from 'vscode';
import { EMPTY_QUEUE, queuedRuns, withFirst } from '../../core/runs/queueOrder.js';
import type { Message } from '../../core/messages/message.js';
import { waitReasons } from '../../core/runs/queueWaits.js';
import type { Launcher } from '../../node/runs/launcher.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { machineCapacity } from '../../node/runs/machineCapacity.js';
import { QueueDispatcher } from '../../node/runs/queueDispatcher.js';
import { changeQueue, readQueue, readQueueWaits } from '../../node/runs/queueFile.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore } from '../platform/disposables.js';
import { notify } from '../platform/notify.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import type { RunActions } from './runActions.js';
import type { RunStore } from './runStore.js';

/** Another window or the command line may hold the queue and end at any time. */
const RETRY_MILLISECONDS = 5000;

export interface RunQueueOptions {
  readonly runStore: RunStore;
  readonly actions: Pick<RunActions, 'launch'>;
  readonly launcher: Pick<Launcher, 'memoryOf'>;
  readonly registerCommand: RegisterCommand;
  readonly onError: (thrown: unknown) => void;
}

/** Starts the waiting runs of the workspace when it is time to, also those of an earlier window. */
export class RunQueue implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly dispatchers = new Map<string, QueueDispatcher>();
  private readonly explained = this.disposables.add(new vscode.EventEmitter<void>());
  private retry: NodeJS.Timeout | null = null;
  private reasons: ReadonlyMap<string, Message> = new Map();

  /** Fires when a run waits for something else than before. */
  readonly onDidExplain = this.explained.event;

  constructor(private readonly options: RunQueueOptions) {
    const { runStore, registerCommand } = options;
    this.disposables.add(
      runStore.onDidChange(() => {
        this.update();
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.update();
      }),
    );
    for (const isPaused of [true, false]) {
      this.disposables.add(
        registerCommand(isPaused ? COMMANDS.pauseQueue : COMMANDS.resumeQueue, () =>
          this.setPaused(isPaused),
        ),
      );
    }
    void runStore.ready().then(() => {
      this.update();
    });
  }

  /** Reasons of runs to wait, by directory. */
  waitReasons(): ReadonlyMap<string, Message> {
    return this.reasons;
  }

  /** Puts a waiting run at the front of its queue. */
  async moveToFront(directory: string): Promise<void> {
    await changeQueue(path.dirname(directory), (queue) =>
      withFirst(queue, path.basename(directory)),
    );
    this.update();
  }

  /** Starts waiting runs where it is time to. */
  update(): void {
    void this.dispatch().catch(this.options.onError);
  }

  dispose(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    for (const dispatcher of this.dispatchers.values()) dispatcher.dispose();
    this.disposables.dispose();
  }

  private async setPaused(isPaused: boolean): Promise<void> {
    for (const { uri } of workspaceFoldersOnDisk()) {
      await changeQueue(runsFolderOf(uri.fsPath), (queue) => ({ ...queue, isPaused }));
    }
    this.update();
    void notify(
      'info',
      isPaused
        ? vscode.l10n.t('The queue is paused. Runs that are training continue.')
        : vscode.l10n.t('The queue continues.'),
    );
  }

  private async dispatch(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const waiting = new Set(
      queuedRuns(this.options.runStore.list(), EMPTY_QUEUE).map(({ directory }) =>
        path.dirname(directory),
      ),
    );
    for (const runsFolder of waiting) await this.dispatcherOf(runsFolder).update();
    await this.explain([...waiting]);
    if (waiting.size === 0) return;
    this.retry ??= setTimeout(() => {
      this.retry = null;
      this.update();
    }, RETRY_MILLISECONDS);
  }

  /** Learns what the waiting runs wait for. */
  private async explain(runsFolders: readonly string[]): Promise<void> {
    const reasons = new Map<string, Message>();
    const [live, { cores }] = [this.options.runStore.live(), machineCapacity()];
    for (const runsFolder of runsFolders) {
      const [queue, waits] = [await readQueue(runsFolder), await readQueueWaits(runsFolder)];
      const found = waitReasons({ runs: this.runsIn(runsFolder), live, cores, queue, waits });
      for (const [{ directory }, reason] of found) reasons.set(directory, reason);
    }
    const isSame = JSON.stringify([...reasons]) === JSON.stringify([...this.reasons]);
    this.reasons = reasons;
    if (!isSame) this.explained.fire();
  }

  private runsIn(runsFolder: string): RunSummary[] {
    const runs = this.options.runStore.list();
    return runs.filter(({ directory }) => path.dirname(directory) === runsFolder);
  }

  private dispatcherOf(runsFolder: string): QueueDispatcher {
    const { actions, launcher } = this.options;
    const known = this.dispatchers.get(runsFolder);
    if (known !== undefined) return known;
    const dispatcher = new QueueDispatcher({
      runsFolder,
      runs: () => Promise.resolve(this.options.runStore.list()),
      start: ({ directory }) => actions.launch(directory),
      memoryOf: ({ directory }) => launcher.memoryOf(directory),
      machine: machineCapacity,
    });
    this.dispatchers.set(runsFolder, dispatcher);
    return dispatcher;
  }
}
