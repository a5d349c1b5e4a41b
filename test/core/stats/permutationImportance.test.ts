import { describe, expect, it } from 'vitest';
import { normalStream, randomStream } from '../../../src/core/random.js';
import { permutationImportance } from '../../../src/core/stats/permutationImportance.js';
import {
  growTree,
  predictWith,
  type Feature,
  type RegressionData,
} from '../../../src/core/stats/regressionTree.js';
import { findPython, runPython } from '../../support/python.js';

const python = findPython(['sklearn'], { packages: 'python3-sklearn' });

const numbers = (values: readonly number[]): Feature => ({ values, isCategorical: false });
const rowsOf = ({ targets }: RegressionData): number[] => Array.from(targets, (_, row) => row);
const predictions = (data: RegressionData, leastInLeaf: number): number[] => {
  const tree = growTree(data, rowsOf(data), leastInLeaf);
  return rowsOf(data).map((row) =>
    predictWith(tree, (feature) => data.features[feature]!.values[row]!),
  );
};

/** Four features of which the first two decide, with noise. */
function simulated(n: number): RegressionData & { readonly columns: readonly number[][] } {
  const random = randomStream('simulated trials', n);
  const noise = normalStream(random);
  const columns = Array.from({ length: 4 }, () => Array.from({ length: n }, random));
  const [a = [], b = []] = columns;
  const targets = a.map((x, i) => 4 * x + 6 * (b[i]! - 0.5) ** 2 + 0.3 * noise());
  return { columns, features: columns.map(numbers), targets };
}

describe('a regression tree', () => {
  it('splits categories by any partition of them', () => {
    const categories = { values: [0, 1, 2, 0, 1, 2], isCategorical: true };
    const data = { features: [categories], targets: [5, 1, 5, 5, 1, 5] };
    expect(predictions(data, 1)).toEqual(data.targets);
    const tree = growTree(data, rowsOf(data), 2);
    expect([0, 1, 2].map((category) => predictWith(tree, () => category))).toEqual([5, 1, 5]);
    // A category that it has not seen goes with most rows.
    expect(predictWith(tree, () => 7)).toBe(5);
  });

  it('keeps so many rows in each leaf, and does not split what is equal', () => {
    const data = { features: [numbers([1, 2, 3, 4])], targets: [0, 0, 0, 9] };
    expect(predictions(data, 2)).toEqual([0, 0, 4.5, 4.5]);
    expect(predictions({ ...data, targets: [3, 3, 3, 3] }, 1)).toEqual([3, 3, 3, 3]);
    expect(predictions({ features: [numbers([1, 1])], targets: [0, 1] }, 1)).toEqual([0.5, 0.5]);
  });

  it.skipIf(python === null)('predicts as that of scikit-learn', () => {
    const { columns, ...data } = simulated(150);
    const script = `
import json, sys
import numpy as np
from sklearn.tree import DecisionTreeRegressor
d = json.load(sys.stdin)
x, y = np.array(d['columns']).T, np.array(d['targets'])
print(json.dumps([DecisionTreeRegressor(min_samples_leaf=n, random_state=0).fit(x, y).predict(x).tolist() for n in (1, 3, 10)]))
`;
    const input = { columns, targets: data.targets };
    const found = runPython(python!, script, input) as number[][];
    for (const [i, leastInLeaf] of [1, 3, 10].entries()) {
      const own = predictions(data, leastInLeaf);
      own.forEach((value, row) => {
        expect(value).toBeCloseTo(found[i]![row]!, 9);
      });
    }
  });
});

describe('permutation importance', () => {
  it('is the same in every call, and null where nothing varies', () => {
    const data = simulated(30);
    const options = { trees: 20, leastInLeaf: 2, seed: 1 };
    expect(permutationImportance(data, options)).toEqual(permutationImportance(data, options));
    expect(
      permutationImportance({ ...data, targets: rowsOf(data).map(() => 1) }, options),
    ).toBeNull();
    expect(permutationImportance({ features: [], targets: [] }, options)).toBeNull();
  });

  it('estimates how much of the variance each feature decides', () => {
    // Variances of the terms: 16/12, 36/180 and 0.09.
    const all = 16 / 12 + 0.2 + 0.09;
    const found = permutationImportance(simulated(400), { trees: 60, leastInLeaf: 2, seed: 0 })!;
    const [a, b, c, d] = found.features;
    // A sample of 400 rows has other variances, by a few percent.
    expect(Math.abs(a!.value - 16 / 12 / all)).toBeLessThan(0.08);
    expect(Math.abs(b!.value - 0.2 / all)).toBeLessThan(0.05);
    expect(b!.interval!.low).toBeGreaterThan(0.05);
    for (const one of [c, d]) {
      expect(Math.abs(one!.value)).toBeLessThan(0.02);
    }
    expect(found.explained).toBeGreaterThan(0.8);
  });

  it.skipIf(python === null)('agrees with a forest of scikit-learn', () => {
    const { columns, ...data } = simulated(120);
    const script = `
import json, sys
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.ensemble._forest import _generate_unsampled_indices
d = json.load(sys.stdin)
x, y = np.array(d['columns']).T, np.array(d['targets'])
forest = RandomForestRegressor(n_estimators=200, min_samples_leaf=2, oob_score=True, random_state=0).fit(x, y)
random = np.random.default_rng(0)
rises, counts = np.zeros((x.shape[1], len(y))), np.zeros(len(y))
for tree in forest.estimators_:
    left = _generate_unsampled_indices(tree.random_state, len(y), len(y))
    base = (tree.predict(x[left]) - y[left]) ** 2
    counts[left] += 1
    for j in range(x.shape[1]):
        changed = x[left].copy()
        changed[:, j] = random.permutation(changed[:, j])
        rises[j, left] += (tree.predict(changed) - y[left]) ** 2 - base
shares = rises / counts / (2 * np.var(y))
print(json.dumps({'values': shares.mean(1).tolist(), 'errors': (shares.std(1, ddof=1) / np.sqrt(len(y))).tolist(), 'explained': forest.oob_score_}))
`;
    const reference = runPython(python!, script, { columns, targets: data.targets }) as {
      values: number[];
      errors: number[];
      explained: number;
    };
    const found = permutationImportance(data, { trees: 200, leastInLeaf: 2, seed: 0 })!;
    expect(found.explained).toBeCloseTo(reference.explained, 1);
    found.features.forEach(({ value, interval }, i) => {
      expect(Math.abs(value - reference.values[i]!)).toBeLessThan(0.02);
      const error = (interval!.high - interval!.low) / 2 / 1.98;
      expect(error).toBeGreaterThan(reference.errors[i]! * 0.7);
      expect(error).toBeLessThan(reference.errors[i]! * 1.4);
    });
  });
});
