import { describe, expect, it } from 'vitest';
import { accuraciesOf, naiveBayes } from '../../../../scripts/studies/shifted/naiveBayes.js';

describe('naiveBayes', () => {
  const many = (text: string, label: string, count: number): { text: string; label: string }[] =>
    Array.from({ length: count }, () => ({ text, label }));

  it('predicts by the presence of words, with the share of the labels as the prior', () => {
    const predict = naiveBayes([...many('good film', 'yes', 6), ...many('bad film film', 'no', 4)]);
    expect(predict('good good')).toBe('yes');
    expect(predict('bad')).toBe('no');
    expect(predict('unknown')).toBe('yes');
  });

  it('skips words that fewer than three training texts have', () => {
    const predict = naiveBayes([...many('film', 'yes', 6), ...many('bad', 'no', 2)]);
    expect(predict('bad')).toBe('yes');
  });
});

describe('accuraciesOf', () => {
  it('has the accuracy of all rows, of each label and of each source', () => {
    const row = (text: string, label: string, source: string) => ({ text, label, source });
    const rows = [row('a', 'a', 'x'), row('b', 'a', 'x'), row('a', 'a', 'y'), row('b', 'b', 'y')];
    const { balanced, ...others } = accuraciesOf(rows, (text) => text);
    expect(balanced).toBeCloseTo(5 / 6);
    expect(others).toEqual({
      accuracy: 0.75,
      byLabel: { a: 2 / 3, b: 1 },
      bySource: { x: 0.5, y: 1 },
    });
  });
});
