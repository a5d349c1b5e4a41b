import '../../../support/fakePage.js';
import { expect, it } from 'vitest';
import type { EvaluationReport } from '../../../../src/core/runs/evaluationReport.js';
import {
  collectLabelRows,
  thresholdText,
} from '../../../../webview/panel/evaluation/labelTable.js';

const row = (label: string, f1: number, best: { threshold: number; f1: number } | null = null) => ({
  ...{
    label,
    precision: 0.5,
    recall: 1,
    f1,
    support: 1200,
    rocAuc: null,
    averagePrecision: 0.625,
    best,
  },
});
const report = (...rows: ReturnType<typeof row>[]): EvaluationReport => ({
  ...{ split: 'test', task: 'classification', examples: 3, metrics: { loss: 1 }, worst: [] },
  labels: {
    rows,
    macro: { precision: 0.1, recall: 0.2, f1: 0.3 },
    weighted: { precision: 0.4, recall: 0.5, f1: 0.6 },
    micro: { precision: 0.7, recall: 0.8, f1: 0.9 },
    ...{
      macroRocAuc: 0.75,
      macroAveragePrecision: 0.5,
      confusion: null,
      curves: null,
      threshold: null,
    },
  },
});

it('lists labels with the lowest F1 first, then the averages', () => {
  expect(collectLabelRows(report(row('a', 0.9), row('b', 0.25)))).toEqual([
    { name: 'b', cells: ['0.500', '1.000', '0.250', '–', '0.625', '1,200'], isAverage: false },
    { name: 'a', cells: ['0.500', '1.000', '0.900', '–', '0.625', '1,200'], isAverage: false },
    {
      name: 'Macro average',
      cells: ['0.100', '0.200', '0.300', '0.750', '0.500', '2,400'],
      isAverage: true,
    },
    {
      name: 'Micro average',
      cells: ['0.700', '0.800', '0.900', '', '', '2,400'],
      isAverage: true,
    },
    {
      name: 'Weighted average',
      cells: ['0.400', '0.500', '0.600', '', '', '2,400'],
      isAverage: true,
    },
  ]);
  expect(collectLabelRows({ ...report(), labels: null })).toEqual([]);
});

it('has no micro average in a report of an earlier version', () => {
  const { labels, ...rest } = report(row('a', 0.9));
  const names = collectLabelRows({ ...rest, labels: { ...labels!, micro: null } }).map(
    ({ name }) => name,
  );
  expect(names).toEqual(['a', 'Macro average', 'Weighted average']);
});

it('names the best threshold of labels of which several may apply', () => {
  const rows = collectLabelRows(report(row('a', 0.9, { threshold: 0.31, f1: 0.95 }), row('b', 1)));
  expect(rows[0]!.cells.at(-1)).toBe('31.0% (F1 0.950)');
  expect(rows[1]!.cells.at(-1)).toBe('–');
});

it('bounds the rows of a task with many labels', () => {
  const many = Array.from({ length: 500 }, (_, i) => row(`l${i}`, i / 500));
  expect(collectLabelRows(report(...many))).toHaveLength(203);
});

it('says which threshold was chosen on the held-out split, and its metrics', () => {
  const threshold = { label: 'spam', value: 0.31, accuracy: 0.9, macroF1: 0.8123 };
  const text = thresholdText({ rows: [row('spam', 0.5)], threshold });
  expect(text).toContain('“spam” is predicted from a probability of 31.0% on');
  expect(text).toContain('accuracy 90.0%, macro F1 0.812');
  expect(thresholdText({ rows: [row('spam', 0.5)], threshold: null })).toBe('');
});

it('says that best thresholds were chosen on the rows of the table', () => {
  const rows = [row('a', 0.9, { threshold: 0.31, f1: 0.95 }), row('b', 1)];
  expect(thresholdText({ rows, threshold: null })).toMatch(
    /chosen for the highest F1 on the rows of this table, so this F1 is too high/,
  );
});
