import { randomStream } from '../random.js';
import { CONFIDENCE, type Interval } from './intervals.js';
import { quantileOf } from './quantile.js';

export interface CrossedMean {
  readonly mean: number;
  /** Percentile interval. */
  readonly interval: Interval;
  /** Two-sided p-value that the mean is 0: twice the smaller share of resamples beyond 0. */
  readonly p: number;
  /** Smallest possible p-value. */
  readonly floor: number;
}

const RESAMPLES = 2000;

/** Smallest p-value of the default number of resamples. */
export const CROSSED_FLOOR = 2 / (1 + RESAMPLES);

/**
 * Mean of values that each seed has on the same items, with an interval over seeds *and* items: both are
 * resampled with replacement, independently of each other, as two crossed random factors (Owen 2007,
 * "The pigeonhole bootstrap", doi:10.1214/07-AOAS122). It holds for other items too, unlike an interval
 * over the seeds alone, but a resample of few seeds understates their spread. The same values and seed
 * give the same numbers.
 *
 * @param values one array per seed, of as many values as there are items
 * @throws RangeError for no values, and for arrays of different lengths
 */
export function crossedBootstrap(
  values: readonly Float64Array[],
  { seed = 0, resamples = RESAMPLES }: { readonly seed?: number; readonly resamples?: number } = {},
): CrossedMean {
  const items = values[0]?.length ?? 0;
  if (items === 0 || values.some(({ length }) => length !== items)) {
    throw new RangeError('crossed values need the same items for each seed');
  }
  const total = items * values.length;
  const sum = values.reduce((all, own) => all + own.reduce((a, b) => a + b, 0), 0);
  // Differences of two classifiers are 0 for most items, which add nothing to any resample.
  const used = Array.from({ length: items }, (_, item) => item).filter((item) =>
    values.some((own) => own[item] !== 0),
  );
  const place = new Int32Array(items).fill(-1);
  used.forEach((item, i) => (place[item] = i));
  const random = randomStream('crossed-bootstrap', seed);
  const counts = new Int32Array(used.length);
  const means = Float64Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let draw = 0; draw < items; draw++) {
      const found = place[Math.floor(random() * items)]!;
      if (found !== -1) counts[found]!++;
    }
    let drawn = 0;
    for (let draw = 0; draw < values.length; draw++) {
      const own = values[Math.floor(random() * values.length)]!;
      for (let i = 0; i < used.length; i++) drawn += counts[i]! * own[used[i]!]!;
    }
    return drawn / total;
  }).sort();
  const share = (beyond: (mean: number) => boolean): number =>
    (1 + means.filter(beyond).length) / (1 + resamples);
  return {
    mean: sum / total,
    p: Math.min(
      1,
      2 *
        Math.min(
          share((mean) => mean <= 0),
          share((mean) => mean >= 0),
        ),
    ),
    floor: 2 / (1 + resamples),
    interval: {
      low: quantileOf(means, (1 - CONFIDENCE) / 2),
      high: quantileOf(means, (1 + CONFIDENCE) / 2),
    },
  };
}
