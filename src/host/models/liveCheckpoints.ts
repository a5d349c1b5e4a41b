import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { describeError, toAppErrorData, type AppErrorData } from '../../core/errors.js';
import { isUsable } from '../../core/runs/status.js';
import { newestCheckpointStep } from '../../node/runs/checkpoints.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { DataClient } from '../platform/dataClient.js';
import { DisposableStore } from '../platform/disposables.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { RunStore } from '../runs/runStore.js';
import type { ModelClient } from './modelClient.js';
import type { ModelSelection } from './modelSelection.js';

/** Time between two checkpoints at least, and the share of it that loading one may take. */
const LEAST_MILLISECONDS = 15_000;
const SHARE_OF_LOADING = 0.05;

export interface LiveCheckpointsOptions {
  readonly runStore: Pick<RunStore, 'ready' | 'get' | 'onDidChange'>;
  readonly modelSelection: Pick<
    ModelSelection,
    | 'followedRun'
    | 'runDirectories'
    | 'checkpointsOf'
    | 'checkpointsRoot'
    | 'select'
    | 'useCheckpoint'
    | 'onDidChange'
  >;
  readonly modelClient: Pick<ModelClient, 'call'>;
  readonly dataClient: Pick<DataClient, 'call'>;
  readonly log: (line: string) => void;
  readonly leastMilliseconds?: number;
}

/**
 * Lets hovers use the newest checkpoint of the run that is followed, and its model once it has ended. The
 * model in use answers until the next one is loaded. Checkpoints are loaded at most every 15 seconds,
 * and less often if loading takes long.
 */
export class LiveCheckpoints implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private timer: NodeJS.Timeout | null = null;
  private isBusy = false;
  private isDisposed = false;
  /** Time of `performance.now()` before which no checkpoint is loaded. */
  private waitsUntil = 0;
  /** Newest checkpoint of a run when it was last tried, so that none is tried twice. */
  private tried: { readonly run: string; readonly step: number } | null = null;
  private problem: AppErrorData | null = null;

  constructor(private readonly options: LiveCheckpointsOptions) {
    const { runStore, modelSelection } = options;
    this.disposables.add(
      runStore.onDidChange(({ directory }) => {
        if (directory === modelSelection.followedRun) this.check();
      }),
    );
    this.disposables.add(
      modelSelection.onDidChange(() => {
        this.tidy();
        this.check();
      }),
    );
    void runStore.ready().then(() => {
      this.tidy();
      this.check();
    });
  }

  /** Says which run hovers follow, or why they cannot; `null` while they follow none. */
  note(): string | null {
    const run = this.options.modelSelection.followedRun;
    if (run === null) return null;
    if (this.problem !== null) return describeError(this.problem, EDITOR_WORDS).message;
    const name = this.options.runStore.get(run)?.name ?? path.basename(run);
    return this.options.modelSelection.runDirectories().includes(run)
      ? vscode.l10n.t('Hovers follow the newest checkpoint of “{0}”.', name)
      : vscode.l10n.t('Hovers wait for the first checkpoint of “{0}”.', name);
  }

  dispose(): void {
    this.isDisposed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private check(): void {
    if (this.isDisposed || this.isBusy || this.timer !== null) return;
    const { modelSelection, runStore } = this.options;
    const run = modelSelection.followedRun;
    const known = run === null ? undefined : runStore.get(run);
    if (run === null || known === undefined) return;
    const hasEnded = isUsable(known);
    if (!hasEnded) {
      const step = newestCheckpointStep(run);
      if (step === null || (this.tried?.run === run && this.tried.step === step)) return;
    }
    const wait = hasEnded ? 0 : this.waitsUntil - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.check();
      }, wait);
      return;
    }
    this.isBusy = true;
    const began = performance.now();
    (hasEnded ? this.useModel(run) : this.useNewest(run))
      .then(
        () => {
          this.problem = null;
        },
        (thrown: unknown) => {
          const error = toAppErrorData(thrown);
          this.problem = error.code === 'Cancelled' ? null : error;
          this.options.log(`checkpoint of ${path.basename(run)} not used: ${String(thrown)}`);
        },
      )
      .finally(() => {
        const took = performance.now() - began;
        const { leastMilliseconds = LEAST_MILLISECONDS } = this.options;
        this.waitsUntil = performance.now() + Math.max(leastMilliseconds, took / SHARE_OF_LOADING);
        this.isBusy = false;
        // A newer one may have come meanwhile; a run that has ended is not tried again and again.
        if (!hasEnded) this.check();
      });
  }

  private async useNewest(run: string): Promise<void> {
    const { modelSelection, dataClient, log } = this.options;
    const root = modelSelection.checkpointsOf(run);
    const newest = newestCheckpointStep(run);
    if (root === null || newest === null) return;
    this.tried = { run, step: newest };
    const made = await dataClient.call('writeCheckpointModel', { run, root });
    if (made === null) return;
    await this.load(made.folder);
    if (modelSelection.followedRun !== run) return;
    await modelSelection.useCheckpoint(made.folder);
    log(`hovers use step ${made.step} of ${path.basename(run)}`);
  }

  private async useModel(run: string): Promise<void> {
    const { modelSelection } = this.options;
    const folder = runModelFolder(run);
    await this.load(folder);
    if (modelSelection.followedRun === run) await modelSelection.select(folder);
  }

  private async load(modelFolder: string): Promise<void> {
    const request = { modelFolder, lane: 'background', kind: 'masked-lm' } as const;
    await this.options.modelClient.call('describeModel', request);
  }

  /** Removes the models of checkpoints of other runs than the followed one. */
  private tidy(): void {
    const { modelSelection } = this.options;
    const { followedRun } = modelSelection;
    if (this.tried?.run !== followedRun) {
      this.tried = null;
      this.problem = null;
    }
    const root = modelSelection.checkpointsRoot;
    if (root === null) return;
    const kept = followedRun === null ? null : path.basename(followedRun);
    // A folder in use stays until the next time.
    removeOthers(root, kept).catch(() => undefined);
  }
}

async function removeOthers(root: string, kept: string | null): Promise<void> {
  for (const name of await fs.promises.readdir(root)) {
    if (name === kept) continue;
    await fs.promises.rm(path.join(root, name), { recursive: true, force: true });
  }
}
