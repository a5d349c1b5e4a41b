import os from 'node:os';

/** Maximum number of threads, so that typing and other programs keep the other cores. */
const MOST_THREADS = 2;

/** Number of threads in which the model server predicts on a machine of so many cores. */
export function serverThreads(cores: number = os.availableParallelism()): number {
  return Math.max(1, Math.min(MOST_THREADS, cores));
}
