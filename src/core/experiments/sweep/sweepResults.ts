import type { HeldOutMetricName } from '../../runs/metrics.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import type { ObservedStatus } from '../../runs/status.js';
import { expectedBest } from '../../stats/expectedBest.js';
import { estimateMean, type MeanEstimate } from '../../stats/intervals.js';
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
  /** Expected best of 1, 2, … trials; `null` for grids, with halving and below three trials. */
  readonly expected: readonly number[] | null;
  /** Of training, over all runs. */
  readonly seconds: number;
}

/** Fewer finished trials than this make no curve. */
const LEAST_EXPECTED = 3;

export function sweepResults(
  { design, trials, repeats }: Sweep,
  { progress, runs }: SweepRunResults,
): SweepResults {
  const { metric, method, halving } = design;
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
    expected:
      method === 'quasi-random' && halving === null && finishedValues.length >= LEAST_EXPECTED
        ? expectedBest(finishedValues, HELD_OUT_METRICS[metric].better)
        : null,
    seconds: [...runs.values()].reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function ordered(trials: readonly TrialResult[], metric: HeldOutMetricName): TrialResult[] {
  const sign = HELD_OUT_METRICS[metric].better === 'more' ? -1 : 1;
  const rungOf = ({ values }: TrialResult): number => values.findLastIndex((one) => one !== null);
  return [...trials].sort(
    (a, b) =>
      rungOf(b) - rungOf(a) || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.number - b.number,
  );
}
