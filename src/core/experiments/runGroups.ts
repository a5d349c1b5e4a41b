import type { RunFacts } from '../specs/runFacts.js';

/** Runs that differ in nothing but their seed. */
export interface RunGroup<T> {
  /** Equal for runs of one group. */
  readonly key: string;
  /** In the order given; at least one. */
  readonly runs: readonly T[];
}

/** Groups runs by their parameters, in the order of their first runs. Unreadable runs stay alone. */
export function groupRuns<T extends { readonly id: string; readonly facts: RunFacts | null }>(
  runs: readonly T[],
): RunGroup<T>[] {
  const groups = new Map<string, T[]>();
  for (const run of runs) {
    const key = run.facts === null ? `unreadable ${run.id}` : run.facts.group;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups].map(([key, members]) => ({ key, runs: members }));
}
