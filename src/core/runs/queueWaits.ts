import * as z from 'zod';
import { message, type Message } from '../messages/message.js';
import { queuedRuns, type Queue, type QueuedRun } from './queueOrder.js';
import { canTrainBeside, type MachineCapacity, type TrainedRun } from './queueRoom.js';

export const memoryWaitSchema = z.object({
  neededBytes: z.number().min(0),
  freeBytes: z.number().min(0).nullable(),
  totalBytes: z.number().min(0),
});
/** Memory that a run needs and that the machine has too little of. */
export type MemoryWait = z.infer<typeof memoryWaitSchema>;

/** `waits.json`: runs that wait for memory, by id; written by the process that starts the runs. */
export const queueWaitsSchema = z.object({
  version: z.literal(1),
  memory: z.record(z.string(), memoryWaitSchema).default({}),
});
export type QueueWaits = z.infer<typeof queueWaitsSchema>;

export const NO_WAITS: QueueWaits = { version: 1, memory: {} };

/**
 * Shortage of memory for a run; `null` if there is enough, or its need is unknown. `promised` bytes of
 * the free memory belong to runs that have not taken them yet.
 */
export function memoryWaitOf(
  neededBytes: number | null,
  { total, free }: Pick<MachineCapacity, 'total' | 'free'>,
  promised = 0,
): MemoryWait | null {
  if (neededBytes === null) return null;
  const room = Math.max(0, (free ?? total) - promised);
  if (neededBytes <= room) return null;
  return { neededBytes, freeBytes: promised === 0 ? free : room, totalBytes: total };
}

/** Whether waiting does not help: the machine has less memory than the run needs. */
export function isTooLarge({ neededBytes, totalBytes }: MemoryWait): boolean {
  return neededBytes > totalBytes;
}

/** Run with the name that people read. */
interface NamedQueuedRun extends QueuedRun, TrainedRun {
  readonly name: string;
  readonly facts: (NonNullable<QueuedRun['facts']> & NonNullable<TrainedRun['facts']>) | null;
}

export interface QueueView<Run> {
  readonly runs: readonly Run[];
  /** Runs that train, also those of other folders. */
  readonly live: readonly Run[];
  /** Cores of the machine. */
  readonly cores: number;
  readonly queue: Queue;
  readonly waits: QueueWaits;
}

/** Reason to wait of each waiting run, in a few words, in the order of the queue. */
export function waitReasons<Run extends NamedQueuedRun>({
  runs,
  live,
  cores,
  queue,
  waits,
}: QueueView<Run>): Map<Run, Message> {
  const reasons = new Map<Run, Message>();
  let place = 0;
  for (const run of queuedRuns(runs, queue)) {
    const wait = waits.memory[run.id];
    if (wait !== undefined && isTooLarge(wait)) {
      reasons.set(run, memoryMessage(wait));
      continue;
    }
    place++;
    if (queue.isPaused) reasons.set(run, message('queue.isPaused'));
    else if (place > 1) reasons.set(run, message('queue.place', { place }));
    else if (wait !== undefined && canTrainBeside(run, live, cores)) {
      reasons.set(run, memoryMessage(wait));
    } else if (live.length > 0) reasons.set(run, afterMessage(live));
  }
  return reasons;
}

function afterMessage(live: readonly NamedQueuedRun[]): Message {
  const [first] = live;
  return live.length === 1
    ? message('queue.waitsForRun', { run: first!.name })
    : message('queue.waitsForRuns', { count: live.length });
}

/** Memory that a run lacks, in a few words. */
export function memoryMessage(wait: MemoryWait): Message {
  return isTooLarge(wait)
    ? message('queue.tooLarge', memoryArguments(wait))
    : message('queue.waitsForMemory', memoryArguments(wait));
}

/** Memory that a run lacks, for a message. */
export function memoryArguments({ neededBytes, freeBytes, totalBytes }: MemoryWait): {
  readonly needed: { readonly bytes: number };
  readonly free: { readonly bytes: number };
  readonly total: { readonly bytes: number };
} {
  return {
    needed: { bytes: neededBytes },
    free: { bytes: freeBytes ?? totalBytes },
    total: { bytes: totalBytes },
  };
}
