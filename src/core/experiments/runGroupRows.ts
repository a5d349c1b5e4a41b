import { objectiveOfRun } from '../objectives/objectives.js';
import type { HeldOutMetricName } from '../runs/metrics.js';
import type { RunState } from '../runs/schema.js';
import type { ObservedStatus } from '../runs/status.js';
import type { RunFacts } from '../specs/runFacts.js';
import { estimateMean, type MeanEstimate } from '../stats/intervals.js';
import { itemParameters, resultsOf } from './comparison.js';
import { groupNames } from './groupNames.js';
import { groupRuns } from './runGroups.js';

/** A run as a list of groups takes it. */
export interface GroupedRun {
  readonly id: string;
  readonly name: string;
  readonly status: ObservedStatus;
  readonly facts: RunFacts | null;
  readonly state: Pick<RunState, 'latest' | 'test'> | null;
}

/** Runs that differ in nothing but their seed, as one row. */
export interface RunGroupRow {
  readonly group: string;
  readonly experiment: string;
  /** Name by `groupNames` in its experiment; the name of its newest run without one. */
  readonly name: string;
  /** Ids, newest first. */
  readonly runs: readonly string[];
  readonly finished: number;
  readonly metric: HeldOutMetricName;
  /** Held-out result of the finished runs, one per seed; `null` without any. */
  readonly estimate: MeanEstimate | null;
  /** Parameters because of which it was evaluated on other items than the first of its experiment. */
  readonly otherItems: readonly string[];
}

/** Groups of readable runs, those of one experiment together, in the order given. */
export function runGroupRows(runs: readonly GroupedRun[]): RunGroupRow[] {
  const experiments = new Map<string, (GroupedRun & { readonly facts: RunFacts })[]>();
  for (const run of runs) {
    if (run.facts === null) continue;
    const members = experiments.get(run.facts.experiment) ?? [];
    members.push({ ...run, facts: run.facts });
    experiments.set(run.facts.experiment, members);
  }
  return [...experiments].flatMap(([experiment, members]) => {
    const groups = groupRuns(members);
    const names = groupNames(groups);
    return groups.map(({ key, runs: own }, i): RunGroupRow => {
      const [metric] = objectiveOfRun(own[0]!.facts).metrics;
      const results = resultsOf(own, metric, 'heldOut').results.map(({ value }) => value);
      return {
        group: key,
        experiment,
        name: names[i] ?? own[0]!.name,
        runs: own.map(({ id }) => id),
        finished: results.length,
        metric,
        estimate: results.length === 0 ? null : estimateMean(results),
        otherItems: itemParameters(groups[0]!.runs[0]!.facts, own[0]!.facts),
      };
    });
  });
}
