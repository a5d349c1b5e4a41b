import { describe, expect, it } from 'vitest';
import { lastAtOrBefore, pixelColumns, pixelGrid } from '../../../src/core/charts/pixelColumns.js';

describe('a curve on a grid of pixels', () => {
  const long = Array.from({ length: 100_000 }, (_, i) => i);

  it('keeps a single spike among 100,000 points', () => {
    const ys = long.map((i) => (i === 54_321 ? 99 : 1));
    const values = pixelColumns({ xs: long, ys }, { low: 0, high: 99_999, columns: 500 });
    expect(values).toHaveLength(1000);
    expect(Math.max(...values.map((value) => value ?? 0))).toBe(99);
  });

  it('has the points themselves while they are few, and nothing between them', () => {
    const values = pixelColumns({ xs: [0, 10], ys: [1, 2] }, { low: 0, high: 10, columns: 11 });
    expect(values.slice(0, 3)).toEqual([1, 1, null]);
    expect(values.slice(-2)).toEqual([2, 2]);
  });

  it('reaches the edges of a zoomed range, but not beyond the ends of the curve', () => {
    const curve = { xs: [0, 10, 20], ys: [0, 10, 20] };
    const inside = pixelColumns(curve, { low: 4, high: 16, columns: 13 });
    expect([inside[0], inside.at(-1)]).toEqual([4, 16]);
    const outside = pixelColumns(curve, { low: -5, high: 30, columns: 36 });
    expect([outside[0], outside.at(-1)]).toEqual([null, null]);
  });

  it('survives an empty curve and a range without width', () => {
    expect(pixelColumns({ xs: [], ys: [] }, { low: 0, high: 1, columns: 2 })).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(pixelColumns({ xs: [3], ys: [7] }, { low: 3, high: 3, columns: 2 })[0]).toBe(7);
    expect(pixelGrid({ low: 3, high: 3, columns: 2 })).toEqual([3, 3.5, 4, 4.5]);
  });

  it('finds the point at a cursor', () => {
    expect([-1, 0, 5, 99].map((x) => lastAtOrBefore([0, 4, 8], x))).toEqual([-1, 0, 1, 2]);
  });
});
