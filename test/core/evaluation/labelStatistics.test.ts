import { describe, expect, it } from 'vitest';
import { LabelStatistics } from '../../../src/core/evaluation/labelStatistics.js';
import { bestThreshold, rocAuc } from '../../../src/core/evaluation/rocAuc.js';
import { randomStream } from '../../../src/core/random.js';
import { labelReportSchema, type LabelReport } from '../../../src/core/runs/evaluationReport.js';
import { findPython, runPython } from '../../support/python.js';

const python = findPython(['sklearn'], { packages: 'python3-sklearn' });
const random = randomStream('label statistics');
const LABELS = ['a', 'b', 'c', 'never predicted'];

/** Coarse logits, so that scores tie; the last label is never the most probable one. */
function logitsOfRow(): Float32Array {
  return Float32Array.from(LABELS, (_, i) => (i === 3 ? -9 : Math.round(random() * 6) - 3));
}

const single = Array.from({ length: 200 }, (_, i) => ({
  expected: [LABELS[i % 50 === 0 ? 3 : Math.floor(random() * 3)]!],
  logits: logitsOfRow(),
}));
const several = Array.from({ length: 200 }, () => ({
  expected: LABELS.filter(() => random() < 0.3),
  logits: logitsOfRow(),
}));

function reportOf(rows: typeof single, multiLabel: boolean): LabelReport {
  const statistics = new LabelStatistics({ labels: LABELS, multiLabel });
  for (const { expected, logits } of rows) statistics.add(expected, logits);
  return labelReportSchema.parse(statistics.report());
}

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.metrics import precision_recall_fscore_support, confusion_matrix, roc_auc_score, precision_recall_curve
d = json.load(sys.stdin)
y = np.array(d['expected']); logits = np.array(d['logits'])
multi = d['multiLabel']
if multi:
    p = 1 / (1 + np.exp(-logits)); predicted = (p > 0.5).astype(int); truth = y
else:
    p = np.exp(logits - logits.max(1, keepdims=True)); p = p / p.sum(1, keepdims=True)
    predicted = p.argmax(1); truth = y.argmax(1)
p = p.astype(np.float32)
kw = dict(zero_division=0)
rows = precision_recall_fscore_support(truth, predicted, labels=list(range(y.shape[1])), **kw)
def avg(kind): return precision_recall_fscore_support(truth, predicted, average=kind, labels=list(range(y.shape[1])), **kw)[:3]
best = []
for i in range(y.shape[1]):
    a, b, _ = precision_recall_curve(y[:, i], p[:, i])
    best.append(float(np.max(np.where(a + b > 0, 2 * a * b / np.maximum(a + b, 1e-12), 0))))
print(json.dumps(dict(
    precision=rows[0].tolist(), recall=rows[1].tolist(), f1=rows[2].tolist(), support=rows[3].tolist(),
    macro=list(avg('macro')), weighted=list(avg('weighted')),
    auc=[float(roc_auc_score(y[:, i], p[:, i])) for i in range(y.shape[1])], best=best,
    confusion=None if multi else confusion_matrix(truth, predicted, labels=list(range(y.shape[1]))).tolist())))
`;

interface Expected {
  readonly precision: number[];
  readonly recall: number[];
  readonly f1: number[];
  readonly support: number[];
  readonly macro: number[];
  readonly weighted: number[];
  readonly auc: number[];
  readonly best: number[];
  readonly confusion: number[][] | null;
}

function closeTo(got: readonly (number | null)[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 9);
  });
}

describe('statistics of labels', () => {
  it.skipIf(python === null).each([
    ['one label per row', single, false],
    ['several labels per row', several, true],
  ] as const)('equal those of scikit-learn for %s', (_, rows, multiLabel) => {
    const expected = runPython(python!, SCRIPT, {
      expected: rows.map((row) => LABELS.map((label) => Number(row.expected.includes(label)))),
      logits: rows.map(({ logits }) => [...logits]),
      multiLabel,
    }) as Expected;
    const report = reportOf([...rows], multiLabel);
    const column = (
      name: 'precision' | 'recall' | 'f1' | 'support' | 'rocAuc',
    ): (number | null)[] => report.rows.map((row) => row[name]);
    for (const name of ['precision', 'recall', 'f1', 'support'] as const) {
      closeTo(column(name), expected[name]);
    }
    closeTo(column('rocAuc'), expected.auc);
    const averageOf = ({ precision, recall, f1 }: LabelReport['macro']): number[] => [
      precision,
      recall,
      f1,
    ];
    closeTo(averageOf(report.macro), expected.macro);
    closeTo(averageOf(report.weighted), expected.weighted);
    expect(report.confusion).toEqual(expected.confusion);
    const best = report.rows.map((row) => row.best?.f1 ?? null);
    if (multiLabel) closeTo(best, expected.best);
    else expect(best).toEqual([null, null, null, null]);
  });

  it('count ties half in the area under the ROC curve', () => {
    const row = (score: number, isTrue: boolean): { score: number; isTrue: boolean } => ({
      score,
      isTrue,
    });
    expect(rocAuc([row(1, true), row(1, false)])).toBe(0.5);
    expect(rocAuc([row(2, true), row(1, false), row(0, false)])).toBe(1);
    expect(rocAuc([row(1, true)])).toBeNull();
    expect(bestThreshold([row(0.9, true), row(0.8, false), row(0.3, true)])).toEqual({
      threshold: 0.3,
      f1: 0.8,
    });
    expect(bestThreshold([row(1, false)])).toBeNull();
  });

  it('find the right and wrong predictions without scikit-learn', () => {
    const statistics = new LabelStatistics({ labels: ['no', 'yes'], multiLabel: false });
    statistics.add(['yes'], Float32Array.of(0, 1));
    statistics.add(['yes'], Float32Array.of(1, 0));
    statistics.add(['no'], Float32Array.of(2, 0));
    const report = statistics.report();
    expect(report.confusion).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(report.rows[1]).toMatchObject({ precision: 1, recall: 0.5, support: 2, rocAuc: 1 });
  });
});
