import { message, type Message } from '../../messages/message.js';
import type { HeldOutMetricName } from '../../runs/metrics.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import type { ObservedStatus } from '../../runs/status.js';
import { expectedBest } from '../../stats/expectedBest.js';
import { estimateMean, meanOf, type Interval, type MeanEstimate } from '../../stats/intervals.js';
import {
  forestOptionsFor,
  LEAST_FOREST_ROWS,
  permutationImportance,
  type FeatureImportance,
  type ForestImportances,
} from '../../stats/permutationImportance.js';
import type { Feature } from '../../stats/regressionTree.js';
import { LEAST_PAIRS, rankCorrelation } from '../../stats/rankCorrelation.js';
import { groupBy } from '../../collections/groupBy.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { formatParameter } from '../differences.js';
import { sweptNames } from './sweepParameters.js';
import type { Sweep, SweepTrial } from './sweep.js';
import {
  finishedTrials,
  rungDecisions,
  type RungDecision,
  type SweepProgress,
} from './sweepProgress.js';

/** One run of a sweep. */
export interface SweepRunResult {
  readonly status: ObservedStatus;
  /** Whether it stopped at a rung, with a checkpoint. */
  readonly isPaused: boolean;
  readonly step: number;
  readonly totalSteps: number;
  /** Of training. */
  readonly seconds: number;
  readonly heldOut: Readonly<Record<string, number>> | null;
  readonly test: Readonly<Record<string, number>> | null;
}

export interface SweepRunResults {
  readonly progress: SweepProgress;
  /** By the ids of the runs. */
  readonly runs: ReadonlyMap<string, SweepRunResult>;
}

export interface TrialResult extends SweepTrial {
  readonly result: SweepRunResult | null;
  /** Value of the metric at each rung. */
  readonly values: readonly (number | null)[];
  /** Value of the finished model, else that of the last rung with one. */
  readonly value: number | null;
}

/** A trial that was repeated with fresh seeds; its estimates leave out the seed that selected it. */
export interface RepeatedTrial {
  readonly trial: TrialResult;
  readonly heldOut: MeanEstimate | null;
  readonly test: MeanEstimate | null;
}

export interface SweepResults {
  /** Finished trials first, then by the rung that they reached, each from the best. */
  readonly trials: readonly TrialResult[];
  readonly finished: number;
  readonly rungs: readonly RungDecision[];
  readonly best: readonly RepeatedTrial[];
  /** Parameters that take several values, the strongest first; empty for few trials. */
  readonly importance: readonly ParameterImportance[];
  /**
   * Share of the variance that the forest behind the importances explains of trials it was not grown
   * from; `null` with too few trials for a forest.
   */
  readonly explained: number | null;
  /** Expected best of 1, 2, … trials; `null` for grids, with halving and below three trials. */
  readonly expected: readonly number[] | null;
  /** Of training, over all runs. */
  readonly seconds: number;
}

/** Influence of a parameter on the metric. */
export interface ParameterImportance {
  readonly name: string;
  readonly n: number;
  /** Spearman's correlation; `null` for values without an order. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Permutation importance in a random forest; `null` with too few trials for one. */
  readonly share: FeatureImportance | null;
  /** Values that go with a better metric: higher ones, lower ones, or the best of a list. */
  readonly better: Message;
}

/** Fewer finished trials than this make no curve. */
const LEAST_EXPECTED = 3;

export function sweepResults(
  { design, trials, repeats }: Sweep,
  { progress, runs }: SweepRunResults,
): SweepResults {
  const { metric, method, halving, parameters } = design;
  const results = trials.map((trial, i): TrialResult => {
    const { values } = progress.trials[i]!;
    return {
      ...trial,
      result: runs.get(trial.run) ?? null,
      values,
      value: values.findLast((value) => value !== null) ?? null,
    };
  });
  const finished = finishedTrials(design, progress);
  const finishedValues = finished.map(({ values }) => values.at(-1)!);
  const byNumber = new Map(results.map((trial) => [trial.number, trial]));
  const ofRuns = (number: number, split: 'heldOut' | 'test'): MeanEstimate | null => {
    const values = repeats.flatMap(({ trial, run }) => {
      const result = runs.get(run);
      const value = result?.status === 'finished' ? result[split]?.[metric] : undefined;
      return trial !== number || value === undefined ? [] : [value];
    });
    return values.length === 0 ? null : estimateMean(values);
  };
  return {
    trials: ordered(results, metric),
    finished: finished.length,
    rungs: rungDecisions(design, progress),
    best: finished.slice(0, design.repeats.top).map(({ number }) => ({
      trial: byNumber.get(number)!,
      heldOut: ofRuns(number, 'heldOut'),
      test: ofRuns(number, 'test'),
    })),
    ...importanceOf(results, { metric, parameters }),
    expected:
      method === 'quasi-random' && halving === null && finishedValues.length >= LEAST_EXPECTED
        ? expectedBest(finishedValues, HELD_OUT_METRICS[metric].better)
        : null,
    seconds: [...runs.values()].reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/**
 * Correlation of each parameter with the metric and its importance in a random forest, over all trials with a value at the first rung: with
 * halving, later values are those of the best alone.
 */
function importanceOf(
  trials: readonly TrialResult[],
  { metric, parameters }: Pick<Sweep['design'], 'metric' | 'parameters'>,
): Pick<SweepResults, 'importance' | 'explained'> {
  const { better } = HELD_OUT_METRICS[metric];
  const evaluated = trials.flatMap(({ options, values: [value] }) =>
    value == null ? [] : [{ options, value }],
  );
  const names = sweptNames(parameters).filter(
    (name) => new Set(evaluated.map(({ options }) => options[name])).size > 1,
  );
  const forest = forestOf(evaluated, names);
  const found = names.flatMap((name, i): ParameterImportance[] => {
    const points = evaluated.flatMap(({ options, value }) => {
      const option = options[name];
      return option === undefined ? [] : [{ option, value }];
    });
    if (points.length < LEAST_PAIRS) return [];
    const share = forest?.features[i] ?? null;
    if (points.some(({ option }) => typeof option === 'string')) {
      const unordered = { n: points.length, value: null, interval: null };
      return [{ name, ...unordered, share, better: bestOption(points, better) }];
    }
    const correlation = rankCorrelation(
      points.map(({ option, value }) => [Number(option), value] as const),
    );
    if (correlation === null) return [];
    const { n, value, interval } = correlation;
    const isHigher = value > 0 === (better === 'more');
    return [
      {
        ...{ name, n, value, interval, share },
        better: message(isHigher ? 'report.higherValues' : 'report.lowerValues'),
      },
    ];
  });
  const strengthOf = ({ share, value }: ParameterImportance): number =>
    share?.value ?? Math.abs(value ?? 0);
  return {
    importance: found.sort((a, b) => strengthOf(b) - strengthOf(a)),
    explained: forest?.explained ?? null,
  };
}

interface EvaluatedTrial {
  readonly options: Readonly<Record<string, ParameterValue>>;
  readonly value: number;
}

/** Importances of the parameters in a random forest; `null` for few trials. */
function forestOf(
  trials: readonly EvaluatedTrial[],
  names: readonly string[],
): ForestImportances | null {
  if (trials.length < LEAST_FOREST_ROWS) return null;
  const features = names.map((name): Feature => {
    const values = trials.map(({ options }) => options[name] ?? '');
    if (values.every((value) => typeof value === 'number')) return { values, isCategorical: false };
    const kinds = [...new Set(values)];
    return { values: values.map((value) => kinds.indexOf(value)), isCategorical: true };
  });
  const targets = trials.map(({ value }) => value);
  return permutationImportance({ features, targets }, forestOptionsFor(trials.length));
}

/** The value of a parameter without an order whose trials are the best on average. */
function bestOption(
  points: readonly { readonly option: ParameterValue; readonly value: number }[],
  better: 'more' | 'less',
): Message {
  const sign = better === 'more' ? -1 : 1;
  const means = [...groupBy(points, ({ option }) => option)].map(
    ([option, members]) =>
      [option, meanOf(members.map(({ value }) => value)), members.length] as const,
  );
  const [option, , count] = means.sort((a, b) => sign * (a[1] - b[1]))[0]!;
  return message('report.bestOption', { value: formatParameter(option), count });
}

function ordered(trials: readonly TrialResult[], metric: HeldOutMetricName): TrialResult[] {
  const sign = HELD_OUT_METRICS[metric].better === 'more' ? -1 : 1;
  const rungOf = ({ values }: TrialResult): number => values.findLastIndex((one) => one !== null);
  return [...trials].sort(
    (a, b) =>
      rungOf(b) - rungOf(a) || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.number - b.number,
  );
}
