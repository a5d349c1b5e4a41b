import { randomStream, shuffled } from '../random.js';
import { estimateMean, meanOf, type Interval } from './intervals.js';
import { growTree, predictWith, type RegressionData } from './regressionTree.js';

/** Influence of a feature on the targets. */
export interface FeatureImportance {
  /** Share of the variance that is due to the feature, alone or together with others. */
  readonly value: number;
  /** 95% t interval over the rows, of the forest as it was grown. */
  readonly interval: Interval | null;
}

export interface ForestImportances {
  /** By feature. */
  readonly features: readonly FeatureImportance[];
  /** Share of the variance that the forest explains of rows it was not grown from; below 0 for none. */
  readonly explained: number;
}

export interface ForestOptions {
  readonly trees: number;
  readonly leastInLeaf: number;
  /** Names the draws. */
  readonly seed: number;
}

/** With fewer rows, no method can tell features that act together from chance. */
export const LEAST_FOREST_ROWS = 20;

/** Work of one forest, in rows times trees: a page draws again while it is done. */
const MAX_WORK = 10_000;
const [FEWEST_TREES, MOST_TREES] = [50, 200];

/** Options for so many rows. */
export function forestOptionsFor(rows: number): ForestOptions {
  const trees = Math.round(MAX_WORK / Math.max(1, rows));
  return {
    trees: Math.min(MOST_TREES, Math.max(FEWEST_TREES, trees)),
    leastInLeaf: 2,
    seed: 0,
  };
}

/**
 * Permutation importance in a random forest (Breiman 2001): by how much the squared error of the rows
 * that a tree was not grown from rises when the values of a feature are shuffled among them, as a
 * mean over the trees. Divided by twice the variance of the targets, this estimates the total-effect
 * index of Sobol for independent features (Gregorutti, Michel and Saint-Pierre 2017). The interval is
 * over the rises of single rows, as in Watson and Wright 2021. `null` where the targets do not vary.
 */
export function permutationImportance(
  data: RegressionData,
  { trees, leastInLeaf, seed }: ForestOptions,
): ForestImportances | null {
  const n = data.targets.length;
  const targets = Array.from(data.targets);
  const center = meanOf(targets);
  const variance = meanOf(targets.map((target) => (target - center) ** 2));
  if (n < 2 || variance === 0) return null;
  const random = randomStream('random forest', seed);
  const rises = data.features.map(() => new Float64Array(n));
  const predicted = new Float64Array(n);
  /** Trees that a row was left out of. */
  const counts = new Int32Array(n);
  for (let t = 0; t < trees; t++) {
    const drawn = targets.map(() => Math.floor(random() * n));
    const isDrawn = new Set(drawn);
    const left = targets.flatMap((_, row) => (isDrawn.has(row) ? [] : [row]));
    const tree = growTree(data, drawn, leastInLeaf);
    const valueAt = (row: number, feature: number): number => data.features[feature]!.values[row]!;
    const base = left.map((row) => predictWith(tree, (feature) => valueAt(row, feature)));
    left.forEach((row, i) => {
      counts[row] = counts[row]! + 1;
      predicted[row] = predicted[row]! + base[i]!;
    });
    for (const [feature, sums] of rises.entries()) {
      const others = shuffled(left, random);
      left.forEach((row, i) => {
        const changed = predictWith(tree, (other) =>
          valueAt(other === feature ? others[i]! : row, other),
        );
        const target = targets[row]!;
        sums[row] = sums[row]! + (changed - target) ** 2 - (base[i]! - target) ** 2;
      });
    }
  }
  const rows = targets.flatMap((_, row) => (counts[row]! > 0 ? [row] : []));
  if (rows.length < 2) return null;
  const errors = rows.map((row) => (predicted[row]! / counts[row]! - targets[row]!) ** 2);
  return {
    explained: 1 - meanOf(errors) / variance,
    features: rises.map((sums) => {
      const shares = rows.map((row) => sums[row]! / counts[row]! / (2 * variance));
      const { mean, interval } = estimateMean(shares);
      return { value: mean, interval };
    }),
  };
}
