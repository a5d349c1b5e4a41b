import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curve, MovingAverage } from '../../../src/core/runs/curve.js';

function curveOf(values: readonly number[], maxBuckets: number): Curve {
  const curve = new Curve({ maxBuckets });
  values.forEach((value, step) => {
    curve.push(step, value);
  });
  return curve;
}

describe('Curve', () => {
  it('keeps every point of a short run', () => {
    const { xs, ys } = curveOf([3, 1, 2], 8).columns();
    expect(xs).toEqual([0, 1, 2]);
    expect(ys).toEqual([3, 1, 2]);
  });

  it('stays small over 100,000 points and keeps the one spike among them', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => (i === 61_803 ? 99 : Math.sin(i)));
    const { xs, ys } = curveOf(values, 512).columns();
    expect(xs.length).toBeLessThanOrEqual(2 * 512 + 1);
    expect(xs.length).toBeGreaterThan(512);
    expect(ys[xs.indexOf(61_803)]).toBe(99);
  });

  it('draws only points that were pushed, in order, with the true extremes and the last one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        fc.integer({ min: 2, max: 9 }),
        (values, maxBuckets) => {
          const { xs, ys } = curveOf(values, maxBuckets).columns();
          expect(xs.length).toBeLessThanOrEqual(2 * maxBuckets + 1);
          xs.forEach((x, i) => {
            expect(ys[i]).toBe(values[x]);
            if (i > 0) expect(x).toBeGreaterThan(xs[i - 1]!);
          });
          expect(Math.max(...ys)).toBe(Math.max(...values));
          expect(Math.min(...ys)).toBe(Math.min(...values));
          expect(xs.at(-1)).toBe(values.length - 1);
        },
      ),
      { seed: 7 },
    );
  });

  it('has the mean of each bucket, too', () => {
    expect(curveOf([1, 3, 5, 7], 2).means()).toEqual({ xs: [1, 3], ys: [2, 6] });
  });

  it('ignores repeated steps and values that are no numbers', () => {
    const curve = new Curve();
    curve.push(1, 5);
    curve.push(1, 6);
    curve.push(0, 7);
    curve.push(2, NaN);
    expect(curve.columns()).toEqual({ xs: [1], ys: [5] });
    expect(curve.last).toEqual({ x: 1, y: 5 });
  });
});

describe('MovingAverage', () => {
  it('starts at the first value instead of at zero', () => {
    expect(new MovingAverage(0.9).push(4)).toBeCloseTo(4, 12);
  });

  it('weighs the newest values most', () => {
    const average = new MovingAverage(0.5);
    average.push(0);
    // (0.5 · 0.5 · 0 + 0.5 · 3) / (1 − 0.25)
    expect(average.push(3)).toBeCloseTo(2, 12);
  });
});

describe('a snapshot of a curve', () => {
  it('goes on exactly where the curve was', () => {
    const value = (step: number): number => Math.sin(step / 7) * step;
    const whole = new Curve({ maxBuckets: 16 });
    const first = new Curve({ maxBuckets: 16 });
    for (let step = 0; step < 75; step++) {
      whole.push(step, value(step));
      first.push(step, value(step));
    }
    const second = Curve.restore(first.snapshot());
    for (let step = 75; step < 200; step++) {
      whole.push(step, value(step));
      second.push(step, value(step));
    }
    expect(second.columns()).toEqual(whole.columns());
    expect(second.means()).toEqual(whole.means());
    expect([second.first, second.last]).toEqual([whole.first, whole.last]);
  });
});
