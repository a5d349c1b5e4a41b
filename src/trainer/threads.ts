import os from 'node:os';
import type { TrainingSpec } from '../core/runs/schema.js';

const MOST_BY_DEFAULT = 8;

/** Threads of a run on this machine: the spec's, or the cores available here, at most 8. */
export function threadsOf({ threads }: Pick<TrainingSpec, 'threads'>): number {
  return threads ?? Math.max(1, Math.min(MOST_BY_DEFAULT, os.availableParallelism()));
}
