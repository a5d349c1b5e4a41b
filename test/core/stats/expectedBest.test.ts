import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src/core/random.js';
import { curveEnd, expectedBest, halfway } from '../../../src/core/stats/expectedBest.js';

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

describe('the end of the curve of the expected best', () => {
  const endOf = (values: readonly number[], better: 'more' | 'less' = 'more') =>
    curveEnd(expectedBest(values, better));

  it('rises or is level by the share of the gain in its second half, in both directions', () => {
    const rising = Array.from({ length: 10 }, (_, i) => i);
    const curve = expectedBest(rising, 'more');
    const share = (curve[9]! - halfway(curve)) / (curve[9]! - curve[0]!);
    expect(halfway(curve)).toBe(curve[4]);
    expect(endOf(rising)).toEqual({ kind: 'rises', share });
    const falling = endOf(
      rising.map((value) => -value),
      'less',
    );
    expect(falling.kind === 'rises' && falling.share).toBeCloseTo(share, 12);
    const level = [0, 1, ...Array.from({ length: 20 }, () => 2)];
    expect(endOf(level).kind).toBe('level');
  });

  it('is not told from few results, nor from equal ones', () => {
    expect(endOf([1, 2, 3])).toEqual({ kind: 'few' });
    expect(endOf(Array.from({ length: 15 }, () => 0.1))).toEqual({ kind: 'equal' });
    expect(() => curveEnd([])).toThrow(RangeError);
  });
});
