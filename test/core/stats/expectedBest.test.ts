import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { expectedBest } from '../../../src/core/stats/expectedBest.js';

/** Mean of the best over all subsets of each size. */
function byEnumeration(values: readonly number[], best: (...all: number[]) => number): number[] {
  const sums = values.map(() => ({ sum: 0, count: 0 }));
  for (let set = 1; set < 1 << values.length; set++) {
    const members = values.filter((_, i) => (set >> i) & 1);
    const at = sums[members.length - 1]!;
    at.sum += best(...members);
    at.count++;
  }
  return sums.map(({ sum, count }) => sum / count);
}

describe('the expected best of a number of results', () => {
  const random = randomStream('expected best');
  const values = [...Array.from({ length: 9 }, () => random()), 0.5, 0.5];

  it('is the mean over all draws without replacement', () => {
    for (const [better, best] of [
      ['more', Math.max],
      ['less', Math.min],
    ] as const) {
      const expected = byEnumeration(values, best);
      for (const [i, value] of expectedBest(values, better).entries()) {
        expect(value).toBeCloseTo(expected[i]!, 12);
      }
    }
  });

  it('starts at the mean, ends at the best, and never gets worse, also for many results', () => {
    const many = Array.from({ length: 1000 }, () => random());
    const curve = expectedBest(many, 'more');
    expect(curve[0]).toBeCloseTo(many.reduce((a, b) => a + b) / many.length, 12);
    expect(curve.at(-1)).toBe(Math.max(...many));
    for (let i = 1; i < curve.length; i++) expect(curve[i]!).toBeGreaterThanOrEqual(curve[i - 1]!);
  });
});
