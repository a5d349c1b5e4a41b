import '../../../support/fakePage.js';
import { describe, expect, it } from 'vitest';
import type { LabelReport } from '../../../../src/core/runs/evaluationReport.js';
import {
  collectConfusion,
  moveInGrid,
  placeOf,
} from '../../../../webview/panel/evaluation/confusionMatrix.js';

const row = (label: string) => ({
  ...{
    label,
    precision: 0,
    recall: 0,
    f1: 0,
    support: 4,
    rocAuc: null,
    averagePrecision: null,
    best: null,
  },
});
const average = { precision: 0, recall: 0, f1: 0 };
const report = (confusion: number[][] | null): LabelReport => ({
  ...{ rows: [row('bad'), row('good')], macro: average, weighted: average, micro: average },
  ...{ macroRocAuc: null, macroAveragePrecision: null, confusion, curves: null, threshold: null },
});

describe('the confusion matrix', () => {
  it('has a row of cells for each expected label, with their share of it', () => {
    const cells = collectConfusion(
      report([
        [3, 1],
        [0, 0],
      ]),
    )!;
    expect(cells[0]![1]).toEqual({
      ...{ expected: 'bad', predicted: 'good', count: 1, share: 0.25, isRight: false },
    });
    expect(cells[1]![1]).toMatchObject({ expected: 'good', count: 0, share: 0, isRight: true });
    expect(collectConfusion(report(null))).toBeNull();
  });

  it('finds a cell again by its labels, and begins with the first one', () => {
    const cells = collectConfusion(
      report([
        [3, 1],
        [0, 0],
      ]),
    )!;
    expect(placeOf(cells, null)).toEqual([0, 0]);
    expect(placeOf(cells, { expected: 'good', predicted: 'bad' })).toEqual([1, 0]);
    expect(placeOf(cells, { expected: 'gone', predicted: 'bad' })).toEqual([0, 0]);
  });

  it('moves by arrow keys, and stops at its borders', () => {
    expect(moveInGrid([0, 0], 'ArrowDown', 3)).toEqual([1, 0]);
    expect(moveInGrid([2, 2], 'ArrowDown', 3)).toEqual([2, 2]);
    expect(moveInGrid([0, 0], 'ArrowLeft', 3)).toEqual([0, 0]);
    expect(moveInGrid([1, 1], 'ArrowRight', 3)).toEqual([1, 2]);
    expect(moveInGrid([1, 1], 'ArrowUp', 3)).toEqual([0, 1]);
    expect(moveInGrid([1, 1], 'Home', 3)).toEqual([1, 0]);
    expect(moveInGrid([1, 1], 'End', 3)).toEqual([1, 2]);
    expect(moveInGrid([1, 1], 'Tab', 3)).toBeNull();
  });
});
