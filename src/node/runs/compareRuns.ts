import path from 'node:path';
import { inputError } from '../../core/errors.js';
import {
  comparisonOf,
  mainMetricOf,
  metricsOfRuns,
  type ComparedRun,
  type Comparison,
} from '../../core/experiments/comparison.js';
import {
  compareItems,
  haveSameItems,
  type ItemsCompared,
} from '../../core/experiments/itemScores.js';
import { groupRuns, type RunGroup } from '../../core/experiments/runGroups.js';
import { problem } from '../../core/messages/message.js';
import type { ExampleScore, ScoredSplit } from '../../core/runs/exampleScores.js';
import type { HeldOutMetricName } from '../../core/runs/metrics.js';
import { readExampleScores } from './exampleScoreFiles.js';
import { listRuns, readRun, type RunSummary } from './runReader.js';

/** A comparison of groups, and of their models on single items where they kept their scores. */
export interface RunsCompared extends Comparison {
  /** Per group, against the baseline's model of the same seed; null where nothing is in common. */
  readonly items: readonly (ItemsCompared | null)[];
}

export interface CompareRunsOptions {
  /** Default: the first metric of the task. */
  readonly metric?: string | undefined;
  readonly split: ScoredSplit;
  readonly margin: number | null;
}

/**
 * Runs that a person names by id, start of the id, name, experiment or folder, grouped by seed in the
 * order of the names. Each name stands for the whole groups of its runs. Throws `UserInput` for an
 * unknown name.
 */
export async function findGroups(
  names: readonly string[],
  runsFolder: string,
): Promise<RunGroup<ComparedRun>[]> {
  const listed = (await listRuns(runsFolder)).filter(isReadable);
  const named: ComparedRun[] = [];
  for (const name of names) named.push(...(await runsNamed(name, listed)));
  const wanted = groupRuns(named).map(({ key }) => key);
  const all = groupRuns(unique([...named, ...listed]));
  return wanted.map((key) => all.find((group) => group.key === key)!);
}

/** Runs that a person names as in `findGroups`, or all readable runs of the folder without a name. */
export async function findRuns(
  names: readonly string[],
  runsFolder: string,
): Promise<ComparedRun[]> {
  const listed = (await listRuns(runsFolder)).filter(isReadable);
  if (names.length === 0) return listed.reverse();
  const named: ComparedRun[] = [];
  for (const name of names) named.push(...(await runsNamed(name, listed)));
  return unique(named);
}

async function runsNamed(name: string, listed: readonly ComparedRun[]): Promise<ComparedRun[]> {
  const matchers: ((run: ComparedRun) => boolean)[] = [
    ({ id }) => id === name,
    (run) => run.name === name,
    ({ facts }) => facts.experiment === name,
    ({ id }) => id.startsWith(name) || id.endsWith(`-${name}`),
  ];
  for (const matches of matchers) {
    const found = listed.filter(matches);
    if (found.length > 0) return found.reverse();
  }
  const run = await readRun(path.resolve(name));
  if (isReadable(run)) return [run];
  throw inputError(problem('compare.noSuchRun', { name }));
}

/** Whether the spec of a run could be read. */
export function isReadable(run: RunSummary): run is RunSummary & ComparedRun {
  return run.facts !== null;
}

function unique(runs: readonly ComparedRun[]): ComparedRun[] {
  return [...new Map(runs.map((run) => [run.directory, run])).values()];
}

/**
 * Compares groups of runs with the first one. Throws `UserInput` for runs of different tasks and a
 * metric that they do not have.
 */
export async function compareRuns(
  groups: readonly RunGroup<ComparedRun>[],
  { metric: wanted, split, margin }: CompareRunsOptions,
): Promise<RunsCompared> {
  const tasks = new Set(groups.map(({ runs }) => runs[0]!.facts.task));
  if (tasks.size > 1) {
    throw inputError(problem('compare.severalTasks', { tasks: [...tasks].join(', ') }));
  }
  const metric = metricOf(groups[0]!.runs[0]!, wanted);
  const pairs = await Promise.all(groups.map((group) => pairedScores(groups[0]!, group, split)));
  const comparison = comparisonOf(groups, {
    metric,
    split,
    margin,
    hasSameItems: (i) => {
      const pair = pairs[i] ?? null;
      return pair !== null && haveSameItems(pair.before, pair.after);
    },
  });
  return {
    ...comparison,
    items: pairs.map((pair, i) =>
      i === 0 || pair === null ? null : resampled(compareItems(pair.before, pair.after)),
    ),
  };
}

/** A comparison of at least two groups: resampling a single one gives an interval without width. */
function resampled(items: ItemsCompared | null): ItemsCompared | null {
  return items === null || items.loss.clusters < 2 ? null : items;
}

function metricOf(run: ComparedRun, wanted: string | undefined): HeldOutMetricName {
  if (wanted === undefined) return mainMetricOf(run);
  const metrics = metricsOfRuns([run]);
  const found = metrics.find((name) => name === wanted);
  if (found !== undefined) return found;
  throw inputError(
    problem('compare.unknownMetric', { metric: wanted, metrics: metrics.join(', ') }),
  );
}

interface PairedScores {
  readonly before: readonly ExampleScore[];
  readonly after: readonly ExampleScore[];
}

/** Scores of two models with the same seed, the lowest; null where one of them is missing. */
async function pairedScores(
  baseline: RunGroup<ComparedRun>,
  group: RunGroup<ComparedRun>,
  split: ScoredSplit,
): Promise<PairedScores | null> {
  const seeds = group.runs.map(({ facts }) => facts.seed).sort((a, b) => a - b);
  for (const seed of new Set(seeds)) {
    const before = await scoresOf(baseline, seed, split);
    const after = await scoresOf(group, seed, split);
    if (before !== null && after !== null) return { before, after };
  }
  return null;
}

async function scoresOf(
  { runs }: RunGroup<ComparedRun>,
  seed: number,
  split: ScoredSplit,
): Promise<readonly ExampleScore[] | null> {
  const run = runs.find(({ facts, status }) => facts.seed === seed && status === 'finished');
  if (run === undefined) return null;
  // A damaged file is as good as none: the comparison over seeds does not need it.
  const read = await readExampleScores(run.directory, split).catch(() => null);
  return read?.scores ?? null;
}
