/** Values of a feature by row: numbers, or categories as codes from 0. */
export interface Feature {
  readonly values: ArrayLike<number>;
  readonly isCategorical: boolean;
}

/** Features with the numbers that are to be predicted from them, by row. */
export interface RegressionData {
  readonly features: readonly Feature[];
  readonly targets: ArrayLike<number>;
}

interface Leaf {
  readonly mean: number;
}

interface Split {
  readonly feature: number;
  readonly isLeft: (value: number) => boolean;
  readonly left: RegressionTree;
  readonly right: RegressionTree;
}

/** A tree whose leaves hold the mean target of their rows. */
export type RegressionTree = Leaf | Split;

/**
 * Grows a tree that minimizes squared errors (CART, Breiman et al. 1984): each split is the best of
 * all features, until a node is pure or a leaf would have fewer than `leastInLeaf` rows. Categories
 * are ordered by their mean target in the node, among which the best of all partitions is (Fisher
 * 1958). `rows` may name a row several times; there is at least one.
 */
export function growTree(
  data: RegressionData,
  rows: readonly number[],
  leastInLeaf: number,
): RegressionTree {
  const { targets } = data;
  const mean = rows.reduce((sum, row) => sum + targets[row]!, 0) / rows.length;
  let best: (FoundSplit & { readonly feature: number }) | null = null;
  if (rows.length >= 2 * leastInLeaf && rows.some((row) => targets[row] !== targets[rows[0]!])) {
    for (const [feature, { values, isCategorical }] of data.features.entries()) {
      const valueOf = (row: number): number => values[row]!;
      const keyOf = isCategorical ? meansByCategory(rows, valueOf, targets) : null;
      const found = bestSplit(rows, keyOf ?? valueOf, { targets, mean, leastInLeaf });
      if (found === null || (best !== null && found.gain <= best.gain)) continue;
      best = { ...found, feature };
    }
  }
  if (best === null) return { mean };
  const { feature, left, right } = best;
  return {
    feature,
    isLeft: sideOf(data.features[feature]!, best),
    left: growTree(data, left, leastInLeaf),
    right: growTree(data, right, leastInLeaf),
  };
}

/** Prediction for the values that `valueOf` gives of each feature. */
export function predictWith(tree: RegressionTree, valueOf: (feature: number) => number): number {
  let node = tree;
  while ('feature' in node) node = node.isLeft(valueOf(node.feature)) ? node.left : node.right;
  return node.mean;
}

interface FoundSplit {
  /** Reduction of the sum of squared errors. */
  readonly gain: number;
  /** Between the keys of both sides. */
  readonly threshold: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

interface NodeContext {
  readonly targets: ArrayLike<number>;
  readonly mean: number;
  readonly leastInLeaf: number;
}

function bestSplit(
  rows: readonly number[],
  keyOf: (row: number) => number,
  { targets, mean, leastInLeaf }: NodeContext,
): FoundSplit | null {
  const sorted = [...rows].sort((a, b) => keyOf(a) - keyOf(b));
  const n = sorted.length;
  let [sum, bestGain, bestAt] = [0, 0, 0];
  for (let i = 1; i <= n - leastInLeaf; i++) {
    // Around the mean of the node, so that both sides have opposite sums.
    sum += targets[sorted[i - 1]!]! - mean;
    if (i < leastInLeaf || keyOf(sorted[i - 1]!) === keyOf(sorted[i]!)) continue;
    const gain = (sum * sum) / i + (sum * sum) / (n - i);
    if (gain > bestGain) [bestGain, bestAt] = [gain, i];
  }
  if (bestAt === 0) return null;
  const threshold = (keyOf(sorted[bestAt - 1]!) + keyOf(sorted[bestAt]!)) / 2;
  return {
    ...{ gain: bestGain, threshold },
    ...{ left: sorted.slice(0, bestAt), right: sorted.slice(bestAt) },
  };
}

/** Mean target of the category of a row, among the rows of a node. */
function meansByCategory(
  rows: readonly number[],
  categoryOf: (row: number) => number,
  targets: ArrayLike<number>,
): (row: number) => number {
  const sums = new Map<number, { sum: number; n: number }>();
  for (const row of rows) {
    const known = sums.get(categoryOf(row)) ?? { sum: 0, n: 0 };
    sums.set(categoryOf(row), { sum: known.sum + targets[row]!, n: known.n + 1 });
  }
  const means = new Map([...sums].map(([category, { sum, n }]) => [category, sum / n]));
  return (row) => means.get(categoryOf(row))!;
}

function sideOf(
  { values, isCategorical }: Feature,
  { threshold, left, right }: FoundSplit,
): (value: number) => boolean {
  if (!isCategorical) return (value) => value <= threshold;
  const onLeft = new Set(left.map((row) => values[row]!));
  const onRight = new Set(right.map((row) => values[row]!));
  // A category that the node has never seen goes with most rows.
  return (value) => onLeft.has(value) || (!onRight.has(value) && left.length > right.length);
}
