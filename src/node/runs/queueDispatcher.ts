import fs from 'node:fs';
import path from 'node:path';
import { toAppErrorData } from '../../core/errors.js';
import { queuedRuns, type Queue } from '../../core/runs/queueOrder.js';
import { isTooLarge, NO_WAITS, type MemoryWait } from '../../core/runs/queueWaits.js';
import { isLive } from '../../core/runs/status.js';
import { storing } from '../files/storage.js';
import { queueFolderOf, readQueue, readQueueWaits, writeQueueWaits } from './queueFile.js';
import { lockRun, type RunLock } from './runLock.js';
import { roomForRun, type RoomOptions } from './roomForRun.js';
import type { RunSummary } from './runReader.js';

export interface QueueDispatcherOptions extends RoomOptions {
  readonly runsFolder: string;
  /** The runs of the folder as they are now, and others that share the machine with them. */
  readonly runs: () => Promise<readonly RunSummary[]>;
  /** Starts a run and resolves when its status has changed. */
  readonly start: (run: RunSummary) => Promise<void>;
}

/**
 * Starts the next waiting run of a runs folder when cores and memory for it are free beside the runs
 * that train. A run that needs more memory than the machine has is passed over. Of all processes with
 * a dispatcher for the folder, the one that holds the lock of the queue starts runs; the lock passes on
 * when it ends.
 */
export class QueueDispatcher {
  private lock: RunLock | null = null;
  private turn: Promise<boolean> = Promise.resolve(false);

  constructor(private readonly options: QueueDispatcherOptions) {}

  /** Starts the next run if it is time to. Resolves to whether runs are waiting that may start. */
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
    const { start } = this.options;
    const { queue, waiting, live } = await this.look();
    if (waiting.length === 0) return false;
    if (queue.isPaused || !(await this.holdsLock())) return true;
    const { fitting, waits } = await this.firstFitting(waiting, live);
    await this.recordWaits(waits);
    if (fitting === null) {
      return waiting.some(({ id }) => waits[id] === undefined || !isTooLarge(waits[id]));
    }
    // Another process may have started a run meanwhile.
    const now = await this.look();
    const known = new Set(live.map(({ directory }) => directory));
    const isAsBefore = now.live.every(({ directory }) => known.has(directory));
    const next = now.waiting.find(({ id }) => id === fitting.id);
    if (isAsBefore && !now.queue.isPaused && next !== undefined) await start(next);
    return true;
  }

  /** The queue, the runs in it, and the runs that train. */
  private async look(): Promise<{
    readonly queue: Queue;
    readonly waiting: readonly RunSummary[];
    readonly live: readonly RunSummary[];
  }> {
    const { runsFolder } = this.options;
    const queue = await readQueue(runsFolder);
    const runs = await this.options.runs();
    const own = runs.filter(({ directory }) => path.dirname(directory) === runsFolder);
    const live = runs.filter(({ status }) => isLive(status));
    return { queue, waiting: queuedRuns(own, queue), live };
  }

  /** The first run that there is room for, none if one before it waits, and what those lack. */
  private async firstFitting(
    waiting: readonly RunSummary[],
    live: readonly RunSummary[],
  ): Promise<{
    readonly fitting: RunSummary | null;
    readonly waits: Readonly<Record<string, MemoryWait>>;
  }> {
    const waits: Record<string, MemoryWait> = {};
    for (const run of waiting) {
      const { canStart, wait } = await roomForRun(run, live, this.options);
      if (canStart) return { fitting: run, waits };
      if (wait !== null) waits[run.id] = wait;
      if (wait === null || !isTooLarge(wait)) break;
    }
    return { fitting: null, waits };
  }

  private async recordWaits(memory: Readonly<Record<string, MemoryWait>>): Promise<void> {
    const { runsFolder } = this.options;
    const before = await readQueueWaits(runsFolder);
    const after = { ...NO_WAITS, memory };
    if (JSON.stringify(before) !== JSON.stringify(after)) await writeQueueWaits(runsFolder, after);
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
