import { randomStream } from '../random.js';
import { CONFIDENCE, meanOf, type Interval } from './intervals.js';

/** Spearman's rank correlation of pairs, with a bootstrap interval. */
export interface RankCorrelation {
  readonly n: number;
  /** Between −1 and 1. */
  readonly value: number;
  /** 95% interval by the percentiles of resampled pairs; `null` for fewer than `LEAST_PAIRS`. */
  readonly interval: Interval | null;
}

/** Resamples of fewer pairs are mostly copies of one another. */
export const LEAST_PAIRS = 6;
const RESAMPLES = 2000;

export type Pair = readonly [x: number, y: number];

/** Rank correlation; `null` where one side has a single value. `seed` names the resamples. */
export function rankCorrelation(pairs: readonly Pair[], seed = 0): RankCorrelation | null {
  const value = spearman(pairs);
  if (value === null) return null;
  return { n: pairs.length, value, interval: intervalOf(pairs, seed) };
}

function intervalOf(pairs: readonly Pair[], seed: number): Interval | null {
  if (pairs.length < LEAST_PAIRS) return null;
  const random = randomStream('rank correlation', seed);
  const values: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const resample = pairs.map(() => pairs[Math.floor(random() * pairs.length)]!);
    const value = spearman(resample);
    if (value !== null) values.push(value);
  }
  values.sort((a, b) => a - b);
  const at = (level: number): number => values[Math.round(level * (values.length - 1))]!;
  return { low: at((1 - CONFIDENCE) / 2), high: at((1 + CONFIDENCE) / 2) };
}

/** Pearson's correlation of the ranks, where ties share their mean rank. */
export function spearman(pairs: readonly Pair[]): number | null {
  const xs = ranksOf(pairs.map(([x]) => x));
  const ys = ranksOf(pairs.map(([, y]) => y));
  const [xMean, yMean] = [meanOf(xs), meanOf(ys)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    const [dx, dy] = [xs[i]! - xMean, ys[i]! - yMean];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let j = i; j <= end; j++) ranks[order[j]!] = (i + end) / 2 + 1;
    i = end + 1;
  }
  return ranks;
}
