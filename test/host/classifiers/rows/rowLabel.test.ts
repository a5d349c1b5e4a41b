import { describe, expect, it, vi } from 'vitest';
import type { LabelPrediction } from '../../../../src/core/predict/labelPrediction.js';
import { rowHover, rowLabel } from '../../../../src/host/classifiers/rows/rowLabel.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const of = (labels: string[], ...probabilities: [string, number][]): LabelPrediction => ({
  ...{ kind: 'labels', labels },
  probabilities: probabilities.map(([label, probability]) => ({ label, probability })),
});
const praise = of(['praise'], ['praise', 0.931], ['complaint', 0.069]);

describe('the prediction behind a row', () => {
  it('is its label and probability, and the label of the row where that differs', () => {
    expect(rowLabel(praise, null)).toEqual({ text: 'praise 93.1%', differs: false });
    expect(rowLabel(praise, ['praise'])).toEqual({ text: 'praise 93.1%', differs: false });
    expect(rowLabel(praise, ['complaint'])).toEqual({
      text: 'praise 93.1% ≠ complaint',
      differs: true,
    });
  });

  it('compares several labels as a set, and none', () => {
    const both = of(['a', 'b'], ['a', 0.9], ['b', 0.8], ['c', 0.1]);
    expect(rowLabel(both, ['b', 'a'])).toEqual({ text: 'a 90.0%, b 80.0%', differs: false });
    expect(rowLabel(both, [])).toMatchObject({ text: 'a 90.0%, b 80.0% ≠ no label' });
    expect(rowLabel(of([], ['a', 0.2]), [])).toEqual({ text: 'no label', differs: false });
  });

  it('is the number or the tags of other models, which are not compared', () => {
    expect(rowLabel({ kind: 'numbers', numbers: { stars: 3.25 } }, ['4'])).toEqual({
      text: 'stars 3.25',
      differs: false,
    });
  });

  it('is short, in one line, and without markup or marks that turn text around', () => {
    const hostile = of(['x'], ['x\n\u202e[a](command:b)', 1]);
    const label = of(['x\n\u202ey'], ['x\n\u202ey', 1]);
    expect(rowLabel(label, null).text).toBe('x y 100%');
    expect(rowLabel(of(['z'.repeat(99)], ['z'.repeat(99), 1]), null).text).toHaveLength(61);
    expect(rowHover(hostile, { modelName: 'a*b' }).value).toBe(
      'a\\*b: no label · x \\[a\\]\\(command:b\\) 100%',
    );
  });
});
