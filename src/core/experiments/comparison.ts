import { objectiveOfRun } from '../objectives/objectives.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../runs/metrics.js';
import type { ScoredSplit } from '../runs/exampleScores.js';
import type { RunState } from '../runs/schema.js';
import type { ObservedStatus } from '../runs/status.js';
import type { RunFacts } from '../specs/runFacts.js';
import { parametersOfFacts } from '../specs/runFacts.js';
import { compareGroups, type GroupComparison, type SeedResults } from './compareGroups.js';
import { differencesAmong, type Difference } from './differences.js';
import { groupNames } from './groupNames.js';
import type { RunGroup } from './runGroups.js';

/** A run as a comparison takes it. */
export interface ComparedRun {
  readonly id: string;
  readonly directory: string;
  readonly name: string;
  readonly status: ObservedStatus;
  readonly facts: RunFacts;
  readonly state: RunState | null;
}

export interface ComparisonOptions {
  readonly metric: HeldOutMetricName;
  readonly split: ScoredSplit;
  /** Largest difference that makes no practical difference; null if none was set beforehand. */
  readonly margin: number | null;
  /**
   * Whether the runs of a group were evaluated on the same items as those of the baseline, although
   * these parameters, which decide about that, differ.
   */
  readonly hasSameItems: (group: number, parameters: readonly string[]) => boolean;
  /** Result of a finished run. Default: its last evaluation on the split. */
  readonly resultOf?: (run: ComparedRun) => number | undefined;
}

export interface ComparedGroup extends GroupComparison {
  readonly key: string;
  /** Name by `groupNames`; the name of its first run without one. */
  readonly name: string;
  readonly runs: readonly ComparedRun[];
  /** Results that were compared, one per seed. */
  readonly results: readonly SeedResults[];
  /** Runs without a result: not finished, or without the metric. */
  readonly left: readonly ComparedRun[];
  /** Parameters because of which the group was evaluated on other items than the baseline. */
  readonly otherItems: readonly string[];
}

export interface Comparison {
  readonly metric: HeldOutMetricName;
  readonly better: 'more' | 'less';
  readonly split: ScoredSplit;
  readonly margin: number | null;
  /** The baseline first. */
  readonly groups: readonly ComparedGroup[];
  /** Parameters that differ, with their values per group. */
  readonly differences: readonly Difference[];
}

/** Compares groups of runs with the first of them. Throws `RangeError` for none. */
export function comparisonOf(
  groups: readonly RunGroup<ComparedRun>[],
  { metric, split, margin, hasSameItems, resultOf = lastResult(metric, split) }: ComparisonOptions,
): Comparison {
  const parameters = groups.map(({ runs }) => parametersOfFacts(runs[0]!.facts));
  const names = groupNames(groups);
  const results = groups.map(({ runs }) => seedResults(runs, resultOf));
  const otherItems = groups.map(({ runs }, i) => {
    const deciding = itemParameters(groups[0]!.runs[0]!.facts, runs[0]!.facts);
    return deciding.length === 0 || hasSameItems(i, deciding) ? [] : deciding;
  });
  const { better } = HELD_OUT_METRICS[metric];
  const compared = compareGroups(
    results.map(({ results: found }) => found),
    { better, margin, isComparable: (i) => otherItems[i]!.length === 0 },
  );
  return {
    metric,
    better,
    split,
    margin,
    groups: groups.map(({ key, runs }, i) => ({
      key,
      name: names[i] ?? runs[0]!.name,
      runs,
      ...results[i]!,
      otherItems: otherItems[i]!,
      ...compared[i]!,
    })),
    differences: differencesAmong(parameters, (i) => groups[i]!.runs[0]!.facts.imported !== null),
  };
}

/** Metric that a comparison of these runs shows unless another is wanted. */
export function mainMetricOf({ facts }: Pick<ComparedRun, 'facts'>): HeldOutMetricName {
  return objectiveOfRun(facts).metrics[0];
}

/** Metrics of several labels per text alone. */
const PARTIAL_METRICS: readonly HeldOutMetricName[] = ['microF1'];

/** Metrics of the tasks of these runs, each once, and then those that only some runs of a task have. */
export function metricsOfRuns(
  runs: readonly Pick<ComparedRun, 'facts' | 'state'>[],
): HeldOutMetricName[] {
  const ofTasks = runs.flatMap(({ facts }) => [...objectiveOfRun(facts).metrics]);
  const partial = PARTIAL_METRICS.filter((name) =>
    runs.some(({ state }) => state?.latest?.[name] !== undefined),
  );
  return [...new Set([...ofTasks, ...partial])];
}

type ResultRun = Pick<ComparedRun, 'id' | 'status' | 'facts'> & {
  readonly state: Pick<RunState, 'latest' | 'test'> | null;
};

/** The newest result of each seed, and the runs without one. */
export function resultsOf<T extends ResultRun>(
  runs: readonly T[],
  metric: HeldOutMetricName,
  split: ScoredSplit,
): SeedsWithResults<T> {
  return seedResults(runs, lastResult(metric, split));
}

/** Last evaluation of a run on a split. */
function lastResult(
  metric: HeldOutMetricName,
  split: ScoredSplit,
): (run: ResultRun) => number | undefined {
  return ({ state }) => (split === 'test' ? state?.test : state?.latest)?.[metric];
}

interface SeedsWithResults<T> {
  readonly results: SeedResults[];
  readonly left: T[];
}

function seedResults<T extends ResultRun>(
  runs: readonly T[],
  resultOf: (run: T) => number | undefined,
): SeedsWithResults<T> {
  const bySeed = new Map<number, number>();
  const left: T[] = [];
  for (const run of [...runs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const value = resultOf(run);
    if (run.status === 'finished' && value !== undefined && Number.isFinite(value)) {
      bySeed.set(run.facts.seed, value);
    } else left.push(run);
  }
  return { results: [...bySeed].map(([seed, value]) => ({ seed, value })), left };
}

/** Stands for all parameters where those of a run of another tool are unknown. */
export const UNKNOWN_ITEMS = 'imported';

/**
 * Differing parameters that decide which items a run is evaluated on: its data, and for running text
 * also how that is cut into tokens and masked.
 */
export function itemParameters(before: RunFacts, facts: RunFacts): string[] {
  const differences = differencesAmong([parametersOfFacts(before), parametersOfFacts(facts)]);
  if (before.group !== facts.group && (before.imported !== null || facts.imported !== null)) {
    return [UNKNOWN_ITEMS];
  }
  const prefixes =
    objectiveOfRun(facts).data === 'text'
      ? [
          'data.',
          'masking.',
          'training.maxLength',
          'training.cut',
          'training.packing',
          'model.hash',
        ]
      : ['data.'];
  return differences
    .map(({ parameter }) => parameter)
    .filter((parameter) => prefixes.some((prefix) => parameter.startsWith(prefix)));
}
