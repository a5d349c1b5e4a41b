import { describe, expect, it } from 'vitest';
import {
  LabelAccumulator,
  MultiLabelAccumulator,
  RegressionAccumulator,
  type MetricAccumulator,
} from '../../../src/core/objectives/accumulators.js';
import { normalStream, randomStream } from '../../../src/core/random.js';
import { findPython, runPython } from '../../support/python.js';

const python = findPython(['sklearn', 'scipy'], { packages: 'python3-sklearn and python3-scipy' });

interface Rows {
  readonly logits: number[][];
  /** Indices of labels, or a row of values each. */
  readonly targets: number[] | number[][];
}

/** Metrics of rows that come in batches of 7. */
function metricsOf(accumulator: MetricAccumulator, { logits, targets }: Rows): object {
  const isLabels = typeof targets[0] === 'number';
  for (let from = 0; from < logits.length; from += 7) {
    const of = logits.slice(from, from + 7);
    const expected = targets.slice(from, from + 7);
    accumulator.add(
      {
        weights: new Float32Array(of.length).fill(1),
        labels: BigInt64Array.from(isLabels ? (expected as number[]) : of.map(() => 0), BigInt),
        values: isLabels ? null : Float32Array.from(expected.flat()),
      },
      { lossSum: 0, correct: 0, count: of.length, logits: Float32Array.from(of.flat()) },
    );
  }
  const squared = logits.flatMap((row, i) =>
    row.map((value, j) => {
      const target = targets[i]!;
      return typeof target === 'number' ? 0 : (value - target[j]!) ** 2;
    }),
  );
  return accumulator.metrics(squared.reduce((a, b) => a + b, 0) / squared.length);
}

const LABELS = `
from sklearn.metrics import matthews_corrcoef, f1_score, accuracy_score
y = np.array(d['targets']); x = np.array(d['logits'])
if y.ndim == 1:
    p = x.argmax(1)
    found = dict(accuracy=accuracy_score(y, p), macroF1=f1_score(y, p, average='macro'),
                 matthewsCorrelation=matthews_corrcoef(y, p))
    assert abs(f1_score(y, p, average='micro') - found['accuracy']) < 1e-12
else:
    p = (x > 0).astype(int)
    found = dict(accuracy=accuracy_score(y.ravel(), p.ravel()),
                 macroF1=f1_score(y, p, average='macro'), microF1=f1_score(y, p, average='micro'),
                 matthewsCorrelation=matthews_corrcoef(y.ravel(), p.ravel()))
`;
const NUMBERS = `
from sklearn.metrics import mean_squared_error, mean_absolute_error, r2_score
from scipy.stats import pearsonr
y = np.array(d['targets']); x = np.array(d['logits'])
found = dict(meanSquaredError=mean_squared_error(y, x), meanAbsoluteError=mean_absolute_error(y, x),
             rSquared=r2_score(y, x, multioutput='uniform_average'),
             correlation=np.mean([pearsonr(y[:, i], x[:, i])[0] for i in range(y.shape[1])]))
`;

function reference(formulas: string, rows: Rows): Record<string, number> {
  const script = `
import json, sys
import numpy as np
d = json.load(sys.stdin)
${formulas}
print(json.dumps({k: float(v) for k, v in found.items()}))
`;
  return runPython(python!, script, rows) as Record<string, number>;
}

const random = randomStream('metrics of predictions');
const normal = normalStream(random);
const drawn = (columns: number): number[] =>
  Array.from({ length: columns }, () => Math.fround(random() * 6 - 3));
const labelled = (labels: number): Rows => {
  const logits = Array.from({ length: 150 }, () => drawn(labels));
  const targets = logits.map((row) =>
    random() < 0.5 ? row.indexOf(Math.max(...row)) : Math.floor(random() * labels),
  );
  return { logits, targets };
};
const several: Rows = (() => {
  const logits = Array.from({ length: 150 }, () => drawn(4));
  const targets = logits.map((row) => row.map((value) => Number(value + 3 * normal() > 1)));
  return { logits, targets };
})();
const numbers = (outputs: number, noise: number): Rows => {
  const targets = Array.from({ length: 150 }, () => drawn(outputs));
  const logits = targets.map((row) => row.map((value) => Math.fround(value + noise * normal())));
  return { logits, targets };
};

describe('metrics of predictions', () => {
  it.skipIf(python === null).each([
    ['two labels', LABELS, labelled(2), () => new LabelAccumulator(2)],
    ['five labels', LABELS, labelled(5), () => new LabelAccumulator(5)],
    ['several labels per row', LABELS, several, () => new MultiLabelAccumulator(4)],
    ['numbers', NUMBERS, numbers(1, 0.5), () => new RegressionAccumulator(1)],
    ['bad numbers of three outputs', NUMBERS, numbers(3, 9), () => new RegressionAccumulator(3)],
  ])('equal those of scikit-learn and scipy for %s', (_, formulas, rows, accumulator) => {
    const expected = reference(formulas, rows);
    const found = metricsOf(accumulator(), rows) as Record<string, number>;
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) {
      expect(found[name], name).toBeCloseTo(value, 9);
    }
  });

  it.skipIf(python === null).each([
    ['a label that is always predicted', LABELS, [[1, 0]], [0, 1, 0]],
    [
      'a label that is always expected',
      LABELS,
      [
        [1, 0],
        [0, 1],
      ],
      [1, 1],
    ],
    ['a constant target that is missed', 'r2', [[1], [3]], [[2], [2]]],
    ['a constant target that is met', 'r2', [[2], [2]], [[2], [2]]],
  ])('follow scikit-learn for %s', (_, formulas, some, targets) => {
    const logits = targets.map((__, i) => some[i % some.length]!);
    const rows: Rows = { logits, targets };
    const r2 = `
from sklearn.metrics import r2_score
found = dict(rSquared=r2_score(d['targets'], d['logits']))
`;
    const isR2 = formulas === 'r2';
    const { matthewsCorrelation, rSquared } = reference(isR2 ? r2 : formulas, rows);
    const accumulator = isR2 ? new RegressionAccumulator(1) : new LabelAccumulator(2);
    expect(metricsOf(accumulator, rows)).toMatchObject(
      isR2 ? { rSquared } : { matthewsCorrelation },
    );
  });
});
