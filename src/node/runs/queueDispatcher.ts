import fs from 'node:fs';
import { toAppErrorData } from '../../core/errors.js';
import { nextRun, queuedRuns } from '../../core/runs/queueOrder.js';
import { storing } from '../files/storage.js';
import { queueFolderOf, readQueue } from './queueFile.js';
import { lockRun, type RunLock } from './runLock.js';
import type { RunSummary } from './runReader.js';

export interface QueueDispatcherOptions {
  readonly runsFolder: string;
  /** The runs of the folder as they are now. */
  readonly runs: () => Promise<readonly RunSummary[]>;
  /** Starts a run and resolves when its status has changed. */
  readonly start: (run: RunSummary) => Promise<void>;
}

/**
 * Starts the next waiting run of a runs folder when none trains. Of all processes with a dispatcher for
 * the folder, the one that holds the lock of the queue starts runs; the lock passes on when it ends.
 */
export class QueueDispatcher {
  private lock: RunLock | null = null;
  private turn: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly options: QueueDispatcherOptions) {}

  /** Starts the next run if it is time to. Resolves to whether runs are waiting. */
  update(): Promise<boolean> {
    this.turn = this.turn.then(
      () => this.dispatch(),
      () => this.dispatch(),
    );
    return this.turn;
  }

  dispose(): void {
    this.lock?.release();
    this.lock = null;
  }

  private async dispatch(): Promise<boolean> {
    const { runsFolder, runs, start } = this.options;
    const queue = await readQueue(runsFolder);
    const before = await runs();
    if (queuedRuns(before, queue).length === 0) return false;
    if (nextRun(before, queue) === null || !(await this.holdsLock())) return true;
    // Another process may have started a run before this one got the lock.
    const next = nextRun(await runs(), await readQueue(runsFolder));
    if (next !== null) await start(next);
    return true;
  }

  private async holdsLock(): Promise<boolean> {
    if (this.lock?.isHeld() === true) return true;
    const folder = queueFolderOf(this.options.runsFolder);
    storing(folder, () => fs.mkdirSync(folder, { recursive: true }));
    try {
      this.lock = await lockRun(folder, { patience: 0 });
      return true;
    } catch (thrown) {
      if (toAppErrorData(thrown).code === 'RunOwned') return false;
      throw thrown;
    }
  }
}
