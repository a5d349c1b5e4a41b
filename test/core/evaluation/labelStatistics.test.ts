import { describe, expect, it } from 'vitest';
import { LabelStatistics } from '../../../src/core/evaluation/labelStatistics.js';
import {
  averagePrecision,
  bestThreshold,
  macroThreshold,
  metricsAt,
  rocAuc,
  rocCurve,
  thinnedCurve,
} from '../../../src/core/evaluation/rocAuc.js';
import { randomStream } from '../../../src/core/random.js';
import {
  labelReportSchema,
  MAX_ROC_POINTS,
  type LabelReport,
} from '../../../src/core/runs/evaluationReport.js';
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
from sklearn.metrics import precision_recall_fscore_support, confusion_matrix, roc_auc_score, precision_recall_curve, roc_curve, average_precision_score, accuracy_score
from sklearn.calibration import calibration_curve
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
if multi: confidence, right = p.ravel(), y.ravel()
else: confidence, right = p.max(1), (predicted == truth).astype(int)
share_right, mean_probability = calibration_curve(right, confidence, n_bins=10, strategy='uniform')
counts = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidence), minlength=10)
seen = counts[counts > 0]
def curve(i):
    fpr, tpr, _ = roc_curve(y[:, i], p[:, i], drop_intermediate=False)
    return np.stack([fpr, tpr], 1).tolist()
print(json.dumps(dict(
    roc=[curve(i) for i in range(y.shape[1])], counts=counts.tolist(),
    shareRight=share_right.tolist(), meanProbability=mean_probability.tolist(),
    calibrationError=float((seen / seen.sum() * np.abs(share_right - mean_probability)).sum()),
    precision=rows[0].tolist(), recall=rows[1].tolist(), f1=rows[2].tolist(), support=rows[3].tolist(),
    macro=list(avg('macro')), micro=list(avg('micro')), weighted=list(avg('weighted')),
    auc=[float(roc_auc_score(y[:, i], p[:, i])) for i in range(y.shape[1])], best=best,
    averagePrecision=[float(average_precision_score(y[:, i], p[:, i])) for i in range(y.shape[1])],
    macroAveragePrecision=float(average_precision_score(y, p, average='macro')),
    accuracy=float(accuracy_score(truth, predicted)),
    confusion=None if multi else confusion_matrix(truth, predicted, labels=list(range(y.shape[1]))).tolist())))
`;

interface Expected {
  readonly roc: [number, number][][];
  readonly counts: number[];
  readonly shareRight: number[];
  readonly meanProbability: number[];
  readonly calibrationError: number;
  readonly precision: number[];
  readonly recall: number[];
  readonly f1: number[];
  readonly support: number[];
  readonly macro: number[];
  readonly micro: number[];
  readonly averagePrecision: number[];
  readonly macroAveragePrecision: number;
  readonly accuracy: number;
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
      name: 'precision' | 'recall' | 'f1' | 'support' | 'rocAuc' | 'averagePrecision',
    ): (number | null)[] => report.rows.map((row) => row[name]);
    for (const name of ['precision', 'recall', 'f1', 'support'] as const) {
      closeTo(column(name), expected[name]);
    }
    closeTo(column('rocAuc'), expected.auc);
    closeTo(column('averagePrecision'), expected.averagePrecision);
    expect(report.macroAveragePrecision).toBeCloseTo(expected.macroAveragePrecision, 9);
    const averageOf = ({ precision, recall, f1 }: LabelReport['macro']): number[] => [
      precision,
      recall,
      f1,
    ];
    closeTo(averageOf(report.macro), expected.macro);
    closeTo(averageOf(report.weighted), expected.weighted);
    closeTo(averageOf(report.micro!), expected.micro);
    if (!multiLabel) closeTo(averageOf(report.micro!), new Array(3).fill(expected.accuracy));
    expect(report.confusion).toEqual(expected.confusion);
    const best = report.rows.map((row) => row.best?.f1 ?? null);
    const { roc, calibration } = report.curves!;
    expect(roc).toHaveLength(LABELS.length);
    for (const { label, points } of roc) {
      const exact = expected.roc[LABELS.indexOf(label)]!;
      const textOf = (point: readonly number[]): string => point.map((x) => x.toFixed(9)).join();
      expect(exact.map(textOf)).toEqual(expect.arrayContaining(points.map(textOf)));
      expect(points.length).toBeGreaterThan(Math.min(exact.length, MAX_ROC_POINTS) * 0.8);
    }
    const { bins, error } = calibration!;
    expect(bins.map(({ count }) => count)).toEqual(expected.counts);
    // scikit-learn averages in single precision.
    const filled = bins.filter(({ count }) => count > 0);
    for (const name of ['shareRight', 'meanProbability'] as const) {
      filled.forEach((bin, i) => {
        expect(bin[name]).toBeCloseTo(expected[name][i]!, 5);
      });
    }
    expect(error).toBeCloseTo(expected.calibrationError, 5);
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

  it('take scores that tie for one step of the precision-recall curve', () => {
    const row = (score: number, isTrue: boolean): { score: number; isTrue: boolean } => ({
      score,
      isTrue,
    });
    expect(averagePrecision([row(1, true), row(1, false)])).toBe(0.5);
    expect(averagePrecision([row(3, true), row(2, false), row(1, true)])).toBeCloseTo(5 / 6, 14);
    expect(averagePrecision([row(1, true)])).toBe(1);
    expect(averagePrecision([row(1, false)])).toBeNull();
  });

  it('are read from files of earlier versions, which have fewer', () => {
    const { micro, macroAveragePrecision, rows, ...rest } = reportOf(single, false);
    expect([micro, macroAveragePrecision]).not.toContain(null);
    const old = { ...rest, rows: rows.map((row) => ({ ...row, averagePrecision: undefined })) };
    const read = labelReportSchema.parse(old);
    expect(read).toMatchObject({ micro: null, macroAveragePrecision: null });
    expect(read.rows.map((row) => row.averagePrecision)).toEqual(rows.map(() => null));
  });

  it('thin a long ROC curve evenly, with both ends and almost the same area', () => {
    const rows = Array.from({ length: 5000 }, () => {
      const isTrue = random() < 0.3;
      return { isTrue, score: random() + (isTrue ? 0.4 : 0) };
    });
    const points = rocCurve(rows)!;
    const thin = thinnedCurve(points, 101);
    expect(thin.length).toBeLessThanOrEqual(101);
    expect([thin[0], thin.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const area = thin
      .slice(1)
      .reduce((sum, [x, y], i) => sum + (x - thin[i]![0]) * ((y + thin[i]![1]) / 2), 0);
    expect(area).toBeCloseTo(rocAuc(rows)!, 2);
    expect(thinnedCurve(points.slice(0, 7), 101)).toEqual(points.slice(0, 7));
  });

  it('leave ROC curves out beyond the limit of scores, and keep the calibration', () => {
    const statistics = new LabelStatistics({ labels: ['no', 'yes'], multiLabel: false }, 2);
    for (const label of ['no', 'yes']) statistics.add([label], Float32Array.of(0, 1));
    const { curves, rows } = statistics.report();
    expect(curves!.roc).toEqual([]);
    expect(rows[0]!.rocAuc).toBeNull();
    expect(curves!.calibration!.bins[7]).toMatchObject({ count: 2, shareRight: 0.5 });
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

describe('the decision threshold of two labels', () => {
  const rows = Array.from({ length: 120 }, (_, i) => {
    const isTrue = random() < 0.2;
    return {
      isTrue,
      score: Math.round((isTrue ? 0.2 : 0.05) * 100 + random() * 40 + (i % 3)) / 100,
    };
  });

  it.skipIf(python === null)(
    'has the highest macro F1 of all thresholds, as scikit-learn computes it',
    () => {
      const threshold = macroThreshold(rows)!;
      const script = `
import json, sys
from sklearn.metrics import f1_score, accuracy_score
d = json.load(sys.stdin)
y = [int(r['isTrue']) for r in d['rows']]; s = [r['score'] for r in d['rows']]
def at(t):
    p = [int(x >= t) for x in s]
    return [accuracy_score(y, p), f1_score(y, p, average='macro', labels=[0, 1], zero_division=0)]
print(json.dumps({'at': at(d['threshold']), 'best': max(at(t)[1] for t in sorted(set(s)))}))
`;
      const { at, best } = runPython(python!, script, { rows, threshold }) as {
        at: [number, number];
        best: number;
      };
      const { accuracy, macroF1 } = metricsAt(rows, threshold);
      expect(accuracy).toBeCloseTo(at[0], 12);
      expect(macroF1).toBeCloseTo(at[1], 12);
      expect(macroF1).toBeCloseTo(best, 12);
    },
  );

  it('is the best of all that part the rows, none and all of them included', () => {
    const drawn = Array.from({ length: 400 }, () => {
      const share = random();
      // Few distinct scores, so that ties, 0 and 1 occur.
      const levels = 1 + Math.floor(random() * 8);
      const count = 2 + Math.floor(random() * 12);
      return Array.from({ length: count }, () => ({
        isTrue: random() < share,
        score: Math.round(random() * levels) / levels,
      }));
    });
    let chosenNone = 0;
    for (const some of drawn) {
      const threshold = macroThreshold(some);
      if (some.every(({ isTrue }) => isTrue === some[0]!.isTrue)) {
        expect(threshold).toBeNull();
        continue;
      }
      const all = [...some.map(({ score }) => score), 2];
      const best = Math.max(...all.map((one) => metricsAt(some, one).macroF1));
      expect(metricsAt(some, threshold!).macroF1).toBe(best);
      if (some.every(({ score }) => score < threshold!)) chosenNone++;
    }
    expect(chosenNone).toBeGreaterThan(0);
  });

  it('is above every score where predicting the label for no row is best', () => {
    const rows = [0.4, 0.6, 0.7, 1].map((score) => ({ score, isTrue: score === 0.4 }));
    const threshold = macroThreshold(rows)!;
    expect(threshold).toBeGreaterThan(1);
    expect(metricsAt(rows, threshold).accuracy).toBe(0.75);
  });

  it('is chosen on one split and reported on another, for two labels only', () => {
    const statistics = (labels: readonly string[]): LabelStatistics => {
      const found = new LabelStatistics({ labels, multiLabel: false });
      rows.forEach(({ isTrue, score }) => {
        const logits = labels.map((_, i) => (i === 1 ? Math.log(score / (1 - score)) : 0));
        found.add([labels[isTrue ? 1 : 0]!], Float32Array.from(logits));
      });
      return found;
    };
    const chosen = statistics(['no', 'yes']).threshold()!;
    expect(chosen).toBeLessThan(0.5);
    const { threshold } = statistics(['no', 'yes']).report(chosen);
    expect(threshold).toEqual({ label: 'yes', value: chosen, ...metricsAt(rows, chosen) });
    expect(statistics(['no', 'yes']).report().threshold).toBeNull();
    expect(statistics(['no', 'yes', 'maybe']).threshold()).toBeNull();
    expect(macroThreshold(rows.filter(({ isTrue }) => isTrue))).toBeNull();
  });
});
