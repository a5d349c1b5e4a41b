import { crossedBootstrap, type CrossedMean } from '../../stats/crossedBootstrap.js';
import { holm } from '../../stats/holm.js';
import {
  estimateMean,
  meanOf,
  meanP,
  type Interval,
  type MeanEstimate,
} from '../../stats/intervals.js';
import { verdictOnSeeds } from '../../stats/verdict.js';
import type { AccuracyOf, LabelDesign, LabelScores, TestScore } from './study.js';
import {
  cellsByArm,
  compareArms,
  type ScoredRun,
  type StudyCell,
  type StudyCells,
} from './studyCells.js';
import { TEST_METRIC_NAMES, TEST_METRICS, type TestMetricName } from './testMetrics.js';

/** Results on one test set. */
export interface TestResults {
  readonly name: string;
  readonly rows: number;
  /** Metrics that the models have, each with a cell per arm. */
  readonly metrics: readonly MetricCells[];
  /** Per arm, mean accuracy of each group over the seeds, the lowest first. */
  readonly groups: readonly (readonly GroupAccuracy[])[];
}

export interface MetricCells {
  readonly metric: TestMetricName;
  readonly cells: readonly StudyCell[];
}

export interface GroupAccuracy {
  readonly label: string;
  readonly hasWord: boolean;
  readonly rows: number;
  readonly accuracy: number;
}

export interface LabelResults extends StudyCells {
  readonly tests: readonly TestResults[];
  /** Unit that accuracies count; `null` before the first model is scored, and for numbers. */
  readonly accuracyOf: AccuracyOf | null;
  /** Seconds of training per arm; `null` without a run that has finished. */
  readonly seconds: readonly (MeanEstimate | null)[];
}

/** Compares the arms of a study of models with labels on each test set. */
export function labelResults(
  { arms, tests, metric, margin, primary }: LabelDesign,
  scored: readonly ScoredRun<LabelScores>[],
): Omit<LabelResults, 'missing'> {
  const counted = countedByAccuracy(scored);
  const columnOf = (test: string, name: TestMetricName): StudyCell[] => {
    const cells = compareArms(scored, {
      ...{ arms, better: TEST_METRICS[name].better },
      margin: name === metric ? margin : null,
      valueOf: (scores) => scores.tests[test]?.metrics[name],
    });
    return name === metric && isAcrossRows({ metric, countsAnswers: counted !== 'rows' })
      ? withRows(cells, scored, { arms, test, margin })
      : cells;
  };
  const columns = tests.map(({ name }) => columnOf(name, metric));
  return {
    cells: cellsByArm(arms, columns),
    primary: tests.findIndex(({ name }) => name === primary),
    accuracyOf: counted,
    tests: tests.map(({ name, rows }, test) => {
      const metrics = TEST_METRIC_NAMES.flatMap((one): MetricCells[] => {
        const cells = one === metric ? columns[test]! : columnOf(name, one);
        return cells.some(({ results }) => results.length > 0) ? [{ metric: one, cells }] : [];
      });
      return {
        ...{ name, rows, metrics },
        groups: arms.map((arm) =>
          meanGroups(
            scored
              .filter((run) => run.arm === arm.name)
              .map(({ scores }) => scores.tests[name]?.groups ?? []),
          ),
        ),
      };
    }),
    seconds: arms.map(({ name }) => {
      const seconds = scored.flatMap(({ arm, scores }) => (arm === name ? [scores.seconds] : []));
      return seconds.length === 0 ? null : estimateMean(seconds);
    }),
  };
}

/** With fewer seeds, resampling them says next to nothing about others. */
export const LEAST_CROSSED_SEEDS = 3;

/** Whether verdicts on enough seeds are over seeds and rows, as those on accuracies of rows are. */
export function isAcrossRows({
  metric,
  countsAnswers = false,
}: Pick<LabelDesign, 'metric'> & { readonly countsAnswers?: boolean }): boolean {
  return metric === 'accuracy' && !countsAnswers;
}

interface RowsOf {
  readonly arms: readonly { readonly name: string }[];
  readonly test: string;
  readonly margin: number | null;
}

/**
 * Cells of accuracies whose intervals and p-values are over seeds *and* rows: few seeds are enough for a
 * verdict, which also holds for other rows like those of the test set. A bootstrap of few seeds
 * understates their spread, so neither interval nor p-value is smaller than Student's over the seeds.
 */
function withRows(
  cells: readonly StudyCell[],
  scored: readonly ScoredRun<LabelScores>[],
  { arms, test, margin }: RowsOf,
): StudyCell[] {
  const [baseline] = arms;
  const crossed = cells.map(({ against }, arm) =>
    against === null || against.gains.n < LEAST_CROSSED_SEEDS
      ? null
      : gainAcrossRows(scored, { names: [baseline!.name, arms[arm]!.name], test }),
  );
  // Arms with too few seeds for rows are compared as well, and count in the correction.
  const tested = cells.flatMap(({ against }, arm) =>
    against === null ? [] : [{ p: crossed[arm]?.p ?? against.gains.p, arm }],
  );
  const adjusted = new Map(holm(tested.map(({ p }) => p)).map((p, i) => [tested[i]!.arm, p]));
  return cells.map((cell, arm): StudyCell => {
    if (cell.against === null) return cell;
    const found = crossed[arm] ?? null;
    const { gains: bySeed } = cell.against;
    const adjustedP = adjusted.get(arm)!;
    const options = { adjustedP, comparisons: tested.length, margin };
    if (found === null) {
      const verdict = verdictOnSeeds(bySeed, options);
      return { ...cell, against: { gains: bySeed, adjustedP, verdict } };
    }
    const { p, floor } = found;
    const interval = hullOf(found.interval, bySeed.interval ?? found.interval);
    const gains = { ...bySeed, interval, p, floor };
    const verdict = verdictOnSeeds(gains, { ...options, spread: interval });
    return { ...cell, isAcrossRows: true, against: { gains, adjustedP, verdict } };
  });
}

/** Gain in accuracy of the second of two arms over the first; `null` without rows that both have. */
function gainAcrossRows(
  scored: readonly ScoredRun<LabelScores>[],
  { names, test }: { readonly names: readonly [string, string]; readonly test: string },
): CrossedMean | null {
  const [before, after] = names.map(
    (name) =>
      new Map(
        scored.flatMap(({ arm, seed, scores }): [number, string][] => {
          const score = arm === name ? scores.tests[test] : undefined;
          return score?.right == null ? [] : [[seed, score.right]];
        }),
      ),
  );
  const differences = [...after!].flatMap(([seed, right]) => {
    const was = before!.get(seed);
    if (was === undefined) return [];
    return [Float64Array.from(right, (one, row) => Number(one) - Number(was[row]))];
  });
  if (differences.length === 0) return null;
  const crossed = crossedBootstrap(differences);
  const means = differences.map((own) => meanOf([...own]));
  return { ...crossed, p: Math.max(crossed.p, meanP(estimateMean(means))) };
}

/**
 * Unit that the accuracies of the models count. Scores of older versions do not name it: they count rows
 * if all accuracies equal the shares of the rows that are right as a whole.
 */
function countedByAccuracy(scored: readonly ScoredRun<LabelScores>[]): AccuracyOf | null {
  const scores = scored.flatMap((run) =>
    Object.values(run.scores.tests).filter(({ right }) => right !== null),
  );
  const recorded = scores.find(({ accuracyOf }) => accuracyOf !== undefined)?.accuracyOf;
  if (recorded !== undefined) return recorded;
  if (scores.length === 0) return null;
  return scores.every(isAccuracyOfRows) ? 'rows' : 'answers';
}

function isAccuracyOfRows({ right, metrics: { accuracy } }: TestScore): boolean {
  if (right === null || accuracy === undefined) return false;
  const share = (right.split('1').length - 1) / right.length;
  return Math.abs(share - accuracy) < 1e-6;
}

function hullOf(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** Mean accuracies over the seeds, the lowest first. */
function meanGroups(seeds: readonly (readonly GroupAccuracy[])[]): GroupAccuracy[] {
  const [first = []] = seeds;
  return first
    .map((group, i) => ({
      ...group,
      accuracy: estimateMean(seeds.map((groups) => groups[i]!.accuracy)).mean,
    }))
    .sort((a, b) => a.accuracy - b.accuracy);
}
