import * as z from 'zod';
import { message, type Message } from '../messages/message.js';
import { queuedRuns, type Queue, type QueuedRun } from './queueOrder.js';
import { isLive } from './status.js';

/** Memory of a machine in bytes. */
export interface MachineMemory {
  readonly total: number;
  /** Null where the operating system does not tell it apart from its caches. */
  readonly free: number | null;
}

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

/** Shortage of memory for a run; `null` if there is enough, or its need is unknown. */
export function memoryWaitOf(
  neededBytes: number | null,
  { total, free }: MachineMemory,
): MemoryWait | null {
  if (neededBytes === null) return null;
  if (neededBytes <= (free ?? total)) return null;
  return { neededBytes, freeBytes: free, totalBytes: total };
}

/** Whether waiting does not help: the machine has less memory than the run needs. */
export function isTooLarge({ neededBytes, totalBytes }: MemoryWait): boolean {
  return neededBytes > totalBytes;
}

/** Run with the name that people read. */
interface NamedQueuedRun extends QueuedRun {
  readonly name: string;
}

export interface QueueView<Run> {
  readonly runs: readonly Run[];
  readonly queue: Queue;
  readonly waits: QueueWaits;
}

/** Reason to wait of each waiting run, in a few words, in the order of the queue. */
export function waitReasons<Run extends NamedQueuedRun>({
  runs,
  queue,
  waits,
}: QueueView<Run>): Map<Run, Message> {
  const live = runs.find(({ status }) => isLive(status));
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
    else if (live !== undefined) reasons.set(run, message('queue.waitsForRun', { run: live.name }));
    else if (wait !== undefined) reasons.set(run, memoryMessage(wait));
  }
  return reasons;
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
