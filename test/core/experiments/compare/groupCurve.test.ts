import { describe, expect, it } from 'vitest';
import {
  groupCurve,
  MAX_POINTS,
  overClock,
  smoothed,
} from '../../../../src/core/experiments/compare/groupCurve.js';

describe('the curve of a group', () => {
  it('is the mean of its runs, with a band from three runs on only', () => {
    const curves = [1, 2, 3].map((y) => ({ xs: [0, 10], ys: [y, 2 * y] }));
    const three = groupCurve(curves);
    expect(three.xs).toEqual([0, 10]);
    expect(three.mean).toEqual([2, 4]);
    expect(three.n).toEqual([3, 3]);
    // t(0.975, 2) / √3 = 2.484
    expect(three.high[0]).toBeCloseTo(2 + 2.484, 3);
    expect(three.low[0]).toBeCloseTo(2 - 2.484, 3);
    expect(groupCurve(curves.slice(0, 2)).low).toEqual([null, null]);
  });

  it('counts a run only between its first and its last point', () => {
    const curve = groupCurve([
      { xs: [0, 10, 20], ys: [0, 10, 20] },
      { xs: [5, 10], ys: [7, 12] },
    ]);
    expect(curve.xs).toEqual([0, 5, 10, 20]);
    expect(curve.n).toEqual([1, 2, 2, 1]);
    expect(curve.mean).toEqual([0, 6, 11, 20]);
  });

  it('has bounded points, the ends among them', () => {
    const long = (offset: number) => ({
      xs: Array.from({ length: 3000 }, (_, i) => 2 * i + offset),
      ys: Array.from({ length: 3000 }, () => 1),
    });
    const { xs } = groupCurve([long(0), long(1)]);
    expect(xs).toHaveLength(MAX_POINTS);
    expect([xs[0], xs.at(-1)]).toEqual([0, 5999]);
  });

  it('is empty without points', () => {
    expect(groupCurve([]).xs).toEqual([]);
    expect(groupCurve([{ xs: [], ys: [] }]).mean).toEqual([]);
  });
});

describe('a curve over a clock', () => {
  it('is at the time that interpolation gives, and only where the clock is known', () => {
    const clock = { xs: [0, 10], ys: [0, 100] };
    const curve = { xs: [0, 5, 10, 15], ys: [1, 2, 3, 4] };
    expect(overClock(curve, clock)).toEqual({ xs: [0, 50, 100], ys: [1, 2, 3] });
    expect(overClock(curve, { xs: [], ys: [] })).toEqual({ xs: [], ys: [] });
  });

  it('leaves out points at which the clock stands still', () => {
    const clock = { xs: [0, 10, 20], ys: [0, 5, 5] };
    expect(overClock({ xs: [0, 10, 20], ys: [1, 2, 3] }, clock).xs).toEqual([0, 5]);
  });
});

describe('smoothing', () => {
  it('keeps a constant curve and does not start at zero', () => {
    expect(smoothed({ xs: [0, 1, 2], ys: [4, 4, 4] }, 0.9).ys).toEqual([4, 4, 4]);
    const curve = { xs: [0, 1], ys: [1, 3] };
    expect(smoothed(curve, 0)).toBe(curve);
    expect(smoothed(curve, 0.5).ys[1]).toBeCloseTo(7 / 3);
  });
});
