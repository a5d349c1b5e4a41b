import fs from 'node:fs';
import { toAppErrorData } from '../../core/errors.js';
import { nextRun, queuedRuns } from '../../core/runs/queueOrder.js';
import {
  isTooLarge,
  memoryWaitOf,
  NO_WAITS,
  type MachineMemory,
  type MemoryWait,
} from '../../core/runs/queueWaits.js';
import { storing } from '../files/storage.js';
import { queueFolderOf, readQueue, readQueueWaits, writeQueueWaits } from './queueFile.js';
import { lockRun, type RunLock } from './runLock.js';
import type { RunSummary } from './runReader.js';

export interface QueueDispatcherOptions {
  readonly runsFolder: string;
  /** The runs of the folder as they are now. */
  readonly runs: () => Promise<readonly RunSummary[]>;
  /** Starts a run and resolves when its status has changed. */
  readonly start: (run: RunSummary) => Promise<void>;
  /** Bytes of memory that a run needs; `null` if unknown. */
  readonly memoryOf: (run: RunSummary) => Promise<number | null>;
  readonly machine: () => MachineMemory;
}

/**
 * Starts the next waiting run of a runs folder when none trains and memory for it is free. A run that
 * needs more than the machine has is passed over. Of all processes with a dispatcher for
 * the folder, the one that holds the lock of the queue starts runs; the lock passes on when it ends.
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
    const { runsFolder, runs, start } = this.options;
    const queue = await readQueue(runsFolder);
    const before = await runs();
    if (queuedRuns(before, queue).length === 0) return false;
    if (nextRun(before, queue) === null || !(await this.holdsLock())) return true;
    const { fitting, waits } = await this.firstFitting();
    await this.recordWaits(waits);
    if (fitting === null) return Object.values(waits).some((wait) => !isTooLarge(wait));
    // Another process may have started a run meanwhile.
    const now = await runs();
    const isFree = nextRun(now, await readQueue(runsFolder)) !== null;
    const next = now.find(({ id, status }) => id === fitting.id && status === 'waiting');
    if (isFree && next !== undefined) await start(next);
    return true;
  }

  /** The first run that memory is free for, none if one before it waits, and what those lack. */
  private async firstFitting(): Promise<{
    readonly fitting: RunSummary | null;
    readonly waits: Readonly<Record<string, MemoryWait>>;
  }> {
    const { runsFolder, runs, memoryOf, machine } = this.options;
    const waits: Record<string, MemoryWait> = {};
    for (const run of queuedRuns(await runs(), await readQueue(runsFolder))) {
      const wait = memoryWaitOf(await memoryOf(run), machine());
      if (wait === null) return { fitting: run, waits };
      waits[run.id] = wait;
      if (!isTooLarge(wait)) break;
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
