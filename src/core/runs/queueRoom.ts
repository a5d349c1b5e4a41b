import type { TrainingSpec } from './schema.js';

/** Cores of a machine, and its memory in bytes. */
export interface MachineCapacity {
  readonly cores: number;
  readonly total: number;
  /** Null where the operating system does not tell it apart from its caches. */
  readonly free: number | null;
}

const MOST_THREADS_BY_DEFAULT = 8;

/** Threads of a trainer: those of its run, or one per core of the machine, at most 8. */
export function trainerThreads(threads: number | null, cores: number): number {
  return threads ?? Math.max(1, Math.min(MOST_THREADS_BY_DEFAULT, cores));
}

/** Part of a run that decides which cores and devices its trainer takes. */
export interface TrainedRun {
  /** Null if the spec of the run cannot be read. */
  readonly facts: Pick<TrainingSpec, 'threads' | 'executionProvider'> | null;
}

/**
 * Whether a run and others can train at the same time: their threads are no more than the cores, and
 * at most one of them computes on a device other than the CPU, whose memory nobody estimates. A run
 * can always train alone.
 */
export function canTrainBeside(
  run: TrainedRun,
  others: readonly TrainedRun[],
  cores: number,
): boolean {
  if (others.length === 0) return true;
  if (usesDevice(run) && others.some(usesDevice)) return false;
  const threads = [run, ...others].map(({ facts }) =>
    facts === null ? cores : trainerThreads(facts.threads, cores),
  );
  return threads.reduce((sum, count) => sum + count, 0) <= cores;
}

function usesDevice({ facts }: TrainedRun): boolean {
  return facts?.executionProvider !== 'cpu';
}
