import { describe, expect, it } from 'vitest';
import { labelErrors } from '../../../src/core/evaluation/labelErrors.js';

describe('labelErrors', () => {
  it('finds rows by the thresholds of confident learning, computed by hand', () => {
    const rows = [
      { given: 0, probabilities: [0.9, 0.06, 0.04] },
      { given: 0, probabilities: [0.2, 0.7, 0.1] }, // reaches 0.5 of label 1
      { given: 0, probabilities: [0.4, 0.45, 0.15] }, // more probable, but below 0.5
      { given: 1, probabilities: [0.1, 0.8, 0.1] },
      { given: 1, probabilities: [0.85, 0.1, 0.05] }, // reaches 0.5 of label 0
      { given: 1, probabilities: [0.25, 0.6, 0.15] },
      { given: 2, probabilities: [0.5, 0.1, 0.4] }, // 0.5 = 0.5 reaches it; its own is below 0.5
      { given: 2, probabilities: [0.3, 0.1, 0.6] },
    ];
    const { thresholds, found } = labelErrors(rows, 4);
    expect(thresholds.map((one) => one && Number(one.toFixed(9)))).toEqual([0.5, 0.5, 0.5, null]);
    expect(found.map(({ row, suggested }) => [row, suggested])).toEqual([
      [4, 0],
      [1, 1],
      [6, 0],
    ]);
    expect(found.map(({ margin }) => Number(margin.toFixed(9)))).toEqual([0.75, 0.5, 0.1]);
  });

  it('takes nothing for wrong that is not more probable than the given label', () => {
    const rows = [
      { given: 0, probabilities: [0.95, 0.05] },
      { given: 0, probabilities: [0.6, 0.4] }, // below 0.775 of that label, above 0.35 of the other
      { given: 1, probabilities: [0.65, 0.35] },
    ];
    expect(labelErrors(rows, 2).found).toEqual([]);
  });

  it('needs no row of every label', () => {
    expect(labelErrors([], 2)).toEqual({ thresholds: [null, null], found: [] });
  });
});
