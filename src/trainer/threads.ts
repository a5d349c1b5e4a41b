import os from 'node:os';
import { trainerThreads } from '../core/runs/queueRoom.js';
import type { TrainingSpec } from '../core/runs/schema.js';

/** Threads of a run on this machine: the spec's, or the cores available here, at most 8. */
export function threadsOf({ threads }: Pick<TrainingSpec, 'threads'>): number {
  return trainerThreads(threads, os.availableParallelism());
}
