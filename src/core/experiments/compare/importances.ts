import type { Interval } from '../../stats/intervals.js';
import {
  forestOptionsFor,
  LEAST_FOREST_ROWS,
  permutationImportance,
} from '../../stats/permutationImportance.js';
import { rankCorrelation, type Pair } from '../../stats/rankCorrelation.js';
import type { Feature } from '../../stats/regressionTree.js';
import { NO_VALUE } from './comparedGroups.js';
import { axisOf, valueOnAxis, type Trial } from './relations.js';

/** Influence of a parameter on the result. */
export interface ParameterImportance {
  readonly parameter: string;
  /** Rank correlation, or share of the variance. */
  readonly value: number;
  readonly interval: Interval | null;
  /** Trials that have the parameter. */
  readonly n: number;
  /** Value that counts as the higher one of a parameter with two texts; `null` for others. */
  readonly higher: string | null;
}

export interface Importances {
  /** `forest`: permutation importance in a random forest. */
  readonly method: 'rankCorrelation' | 'forest';
  /** Trials with a result. */
  readonly trials: number;
  /** The strongest first. */
  readonly rows: readonly ParameterImportance[];
  /** Parameters with more than two texts, which have no rank. */
  readonly unordered: readonly string[];
  /** Share of the variance that the forest explains of trials it was not grown from. */
  readonly explained: number | null;
}

/** Influence of each varied parameter on the metric. */
export function importancesOf(all: readonly Trial[], parameters: readonly string[]): Importances {
  const trials = all.filter(({ estimate }) => estimate !== null && !estimate.isProvisional);
  const found =
    trials.length < LEAST_FOREST_ROWS
      ? rankCorrelations(trials, parameters)
      : shares(trials, parameters);
  // A share below 0 is chance: shuffled values happened to predict better.
  const strengthOf = ({ value }: ParameterImportance): number =>
    found.method === 'forest' ? value : Math.abs(value);
  const rows = [...found.rows].sort((a, b) => strengthOf(b) - strengthOf(a));
  return { ...found, trials: trials.length, rows };
}

type Found = Omit<Importances, 'trials'>;

function rankCorrelations(trials: readonly Trial[], parameters: readonly string[]): Found {
  const rows: ParameterImportance[] = [];
  const unordered: string[] = [];
  for (const parameter of parameters) {
    const { scale } = axisOf(trials, parameter);
    if (scale.kind === 'text' && scale.values.length !== 2) {
      unordered.push(parameter);
      continue;
    }
    const pairs = trials.flatMap((trial): Pair[] => {
      const value = valueOnAxis(trial, parameter);
      const x = scale.kind === 'number' ? value : scale.values.indexOf(String(value ?? NO_VALUE));
      return typeof x === 'number' ? [[x, trial.estimate!.mean]] : [];
    });
    const found = pairs.length < 3 ? null : rankCorrelation(pairs);
    const higher = scale.kind === 'number' ? null : scale.values[1]!;
    if (found !== null) rows.push({ ...found, parameter, higher });
  }
  return { method: 'rankCorrelation', rows, unordered, explained: null };
}

function shares(trials: readonly Trial[], parameters: readonly string[]): Found {
  const targets = trials.map(({ estimate }) => estimate!.mean);
  const features = parameters.map((parameter) => featureOf(trials, parameter));
  const found = permutationImportance({ features, targets }, forestOptionsFor(trials.length));
  const rows = (found?.features ?? []).map(({ value, interval }, i): ParameterImportance => {
    const parameter = parameters[i]!;
    const n = trials.filter((trial) => valueOnAxis(trial, parameter) !== null).length;
    return { parameter, value, interval, n, higher: null };
  });
  return { method: 'forest', rows, unordered: [], explained: found?.explained ?? null };
}

/** Trials without a number are below all others. */
function featureOf(trials: readonly Trial[], parameter: string): Feature {
  const { scale } = axisOf(trials, parameter);
  const values = trials.map((trial) => valueOnAxis(trial, parameter));
  if (scale.kind === 'text') {
    const codes = values.map((value) => scale.values.indexOf(String(value ?? NO_VALUE)));
    return { values: codes, isCategorical: true };
  }
  const below = scale.low - Math.max(1, scale.high - scale.low);
  return {
    values: values.map((value) => (typeof value === 'number' ? value : below)),
    isCategorical: false,
  };
}
