import { randomStream } from '../random.js';
import { normalCdf, normalQuantile, studentTQuantile } from './distributions.js';
import { CONFIDENCE, type Interval } from './intervals.js';
import { quantileOf } from './quantile.js';

/** Difference of two models on one item, such as a held-out text. */
export interface ItemDifference {
  /** Document or group that the item is from: items of one are resampled together. */
  readonly cluster: string;
  /** Sum of the differences of its scored parts, such as its masked tokens. */
  readonly difference: number;
  /** Number of its scored parts. */
  readonly weight: number;
}

/**
 * Comparison of two trained models on the same items: whether these *models* differ on data like
 * this, not whether their settings do.
 */
export interface ItemComparison {
  readonly items: number;
  readonly clusters: number;
  /** Σ difference / Σ weight. */
  readonly difference: number;
  readonly interval: Interval;
  /** `BCa` from 30 clusters on (Efron 1987), otherwise percentiles. */
  readonly method: 'BCa' | 'percentile';
  /** Two-sided p-value of approximate randomization by cluster, (1 + hits)/(1 + swaps). */
  readonly p: number;
}

export const RESAMPLES = 10_000;
const MIN_BCA_CLUSTERS = 30;

/**
 * Compares two models by a paired bootstrap and by approximate randomization (Noreen 1989) over
 * clusters. Throws `RangeError` for no items. The same items and seed give the same numbers.
 */
export function comparePairedItems(
  items: readonly ItemDifference[],
  { seed = 0, resamples = RESAMPLES }: { readonly seed?: number; readonly resamples?: number } = {},
): ItemComparison {
  if (items.length === 0) throw new RangeError('a comparison over no items');
  const clusters = sumByCluster(items);
  const difference = ratioOf(clusters);
  const means = bootstrapRatios(clusters, { seed, resamples });
  const isBca = clusters.length >= MIN_BCA_CLUSTERS;
  const levels = isBca
    ? bcaLevels(clusters, means, difference)
    : [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2];
  return {
    items: items.length,
    clusters: clusters.length,
    difference,
    interval: widened(
      { low: quantileOf(means, levels[0]!), high: quantileOf(means, levels[1]!) },
      { difference, clusters: clusters.length },
    ),
    method: isBca ? 'BCa' : 'percentile',
    p: randomizationP(clusters, { seed, swaps: resamples }),
  };
}

/**
 * An interval with the width that few clusters call for: resamples of n clusters understate their
 * deviation by √((n − 1)/n), and the normal distribution their tails.
 */
function widened(
  { low, high }: Interval,
  { difference, clusters: n }: { readonly difference: number; readonly clusters: number },
): Interval {
  if (n < 2 || n >= MIN_BCA_CLUSTERS) return { low, high };
  const level = (1 + CONFIDENCE) / 2;
  const factor = (studentTQuantile(level, n - 1) / normalQuantile(level)) * Math.sqrt(n / (n - 1));
  return {
    low: difference - factor * (difference - low),
    high: difference + factor * (high - difference),
  };
}

type Cluster = Omit<ItemDifference, 'cluster'>;

function sumByCluster(items: readonly ItemDifference[]): Cluster[] {
  const sums = new Map<string, Cluster>();
  for (const { cluster, difference, weight } of items) {
    const sum = sums.get(cluster) ?? { difference: 0, weight: 0 };
    sums.set(cluster, {
      difference: sum.difference + difference,
      weight: sum.weight + weight,
    });
  }
  return [...sums.values()];
}

function ratioOf(clusters: readonly Cluster[]): number {
  let difference = 0;
  let weight = 0;
  for (const cluster of clusters) {
    difference += cluster.difference;
    weight += cluster.weight;
  }
  return difference / weight;
}

/** Ratios of resamples of as many clusters, in ascending order. */
function bootstrapRatios(
  clusters: readonly Cluster[],
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
): Float64Array {
  const random = randomStream('paired bootstrap', seed);
  const ratios = Float64Array.from({ length: resamples }, () => {
    let difference = 0;
    let weight = 0;
    for (let i = 0; i < clusters.length; i++) {
      const cluster = clusters[Math.floor(random() * clusters.length)]!;
      difference += cluster.difference;
      weight += cluster.weight;
    }
    return difference / weight;
  });
  return ratios.sort();
}

/**
 * Levels of the percentiles after correction for bias and acceleration (Efron 1987), the
 * acceleration from the jackknife over clusters.
 */
function bcaLevels(
  clusters: readonly Cluster[],
  means: Float64Array,
  observed: number,
): [number, number] {
  // Ties count half, as in SciPy.
  const below = means.reduce(
    (n, mean) => n + (mean < observed ? 1 : mean === observed ? 0.5 : 0),
    0,
  );
  const share = Math.min(Math.max(below, 0.5), means.length - 0.5) / means.length;
  const bias = normalQuantile(share);
  const acceleration = accelerationOf(clusters);
  const levelAt = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [levelAt((1 - CONFIDENCE) / 2), levelAt((1 + CONFIDENCE) / 2)];
}

function accelerationOf(clusters: readonly Cluster[]): number {
  const total = clusters.reduce(
    (sum, { difference, weight }) => ({
      difference: sum.difference + difference,
      weight: sum.weight + weight,
    }),
    { difference: 0, weight: 0 },
  );
  const left = clusters.map(
    ({ difference, weight }) => (total.difference - difference) / (total.weight - weight),
  );
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function randomizationP(
  clusters: readonly Cluster[],
  { seed, swaps }: { readonly seed: number; readonly swaps: number },
): number {
  const random = randomStream('approximate randomization', seed);
  const sum = Math.abs(clusters.reduce((total, { difference }) => total + difference, 0));
  const size = clusters.reduce((total, { difference }) => total + Math.abs(difference), 0);
  const threshold = sum - 1e-12 * size;
  let hits = 0;
  for (let swap = 0; swap < swaps; swap++) {
    let swapped = 0;
    for (const { difference } of clusters) swapped += random() < 0.5 ? -difference : difference;
    if (Math.abs(swapped) >= threshold) hits++;
  }
  return (1 + hits) / (1 + swaps);
}
