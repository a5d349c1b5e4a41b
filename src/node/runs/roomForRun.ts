import { canTrainBeside, type MachineCapacity } from '../../core/runs/queueRoom.js';
import { isTooLarge, memoryWaitOf, type MemoryWait } from '../../core/runs/queueWaits.js';
import { memoryInUse } from './processes.js';
import type { RunSummary } from './runReader.js';

/** Whether a run can start now, and the memory that it waits for if that is what it lacks. */
export interface RoomForRun {
  readonly canStart: boolean;
  readonly wait: MemoryWait | null;
}

export interface RoomOptions {
  /** Bytes of memory that a run needs; `null` if unknown. */
  readonly memoryOf: (run: RunSummary) => Promise<number | null>;
  readonly machine: () => MachineCapacity;
}

/**
 * Whether a run can start beside the runs that train. Memory that their estimates promise them counts
 * as taken; beside a run whose need is unknown, none starts, and neither does one whose own need is.
 */
export async function roomForRun(
  run: RunSummary,
  live: readonly RunSummary[],
  { memoryOf, machine }: RoomOptions,
): Promise<RoomForRun> {
  const needed = await memoryOf(run);
  const alone = memoryWaitOf(needed, machine());
  if (alone !== null && isTooLarge(alone)) return { canStart: false, wait: alone };
  if (live.length === 0) return { canStart: alone === null, wait: alone };
  if (!canTrainBeside(run, live, machine().cores)) return { canStart: false, wait: null };
  const promised = await promisedBytes(live, memoryOf);
  if (needed === null || promised === null) return { canStart: false, wait: null };
  const wait = memoryWaitOf(needed, machine(), promised);
  return { canStart: wait === null, wait };
}

/** Bytes that runs need beyond those that their trainers have taken; `null` if unknown. */
async function promisedBytes(
  live: readonly RunSummary[],
  memoryOf: RoomOptions['memoryOf'],
): Promise<number | null> {
  let promised = 0;
  for (const run of live) {
    const needed = await memoryOf(run);
    if (needed === null) return null;
    promised += Math.max(0, needed - (await takenBytes(run)));
  }
  return promised;
}

async function takenBytes({ status, state, directory }: RunSummary): Promise<number> {
  // The process of a run that is queued is the one that starts its trainer.
  if (status === 'queued' || state?.process == null) return 0;
  return memoryInUse(state.process, directory);
}
