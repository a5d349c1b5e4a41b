import { describe, expect, it } from 'vitest';
import { forestPlot } from '../../../src/core/charts/forestPlot.js';
import type { Point, Shape } from '../../../src/core/charts/scene.js';
import { svgFileOf, svgOf } from '../../../src/core/charts/svg.js';
import { ticksBetween } from '../../../src/core/charts/ticks.js';

function pointsOf(shape: Shape): readonly Point[] {
  if (shape.kind === 'line') return [shape.from, shape.to];
  return shape.kind === 'path' ? shape.points : [shape.at];
}

describe('ticks', () => {
  it('are round, within the limits, and not more than asked for', () => {
    expect(ticksBetween(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksBetween(-0.013, 0.021)).toEqual([-0.01, 0, 0.01, 0.02]);
    expect(ticksBetween(3, 3)).toEqual([3]);
    expect(ticksBetween(0, NaN)).toEqual([0]);
    for (const high of [1e-9, 0.7, 13, 9e8]) {
      const ticks = ticksBetween(-high / 3, high);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks).toContain(0);
    }
  });
});

describe('a forest plot', () => {
  const rows = [
    { name: 'low', mean: -1, interval: { low: -2, high: -0.5 }, gains: [-1, -1], verdict: 'worse' },
    { name: 'high', mean: 2, interval: { low: 1, high: 3 }, gains: [2, 2], verdict: 'better' },
    { name: 'alone', mean: 0.5, interval: null, gains: [0.5], verdict: 'too few seeds' },
  ];
  const options = { summary: 'a & b', axis: 'gain', margin: 0.2, format: String };

  it('sorts the largest gain first and draws no interval of one seed', () => {
    const { shapes } = forestPlot(rows, options);
    const names = shapes.flatMap((shape) =>
      shape.kind === 'text' && shape.anchor === 'end' ? [shape.text] : [],
    );
    expect(names).toEqual(['high', 'alone', 'low']);
    const intervals = shapes.filter((shape) => shape.kind === 'line' && shape.width === 2);
    expect(intervals).toHaveLength(2);
  });

  it('stays in its frame, whatever the values', () => {
    for (const scale of [1e-9, 1, 1e9]) {
      const scaled = rows.map((row) => ({
        ...row,
        mean: row.mean * scale,
        gains: row.gains.map((gain) => gain * scale),
        interval: row.interval && {
          low: row.interval.low * scale,
          high: row.interval.high * scale,
        },
      }));
      const { width, shapes } = forestPlot(scaled, { ...options, margin: null });
      for (const shape of shapes) {
        const points = pointsOf(shape);
        for (const [x, y] of points) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(width);
          expect(Number.isFinite(y)).toBe(true);
        }
      }
    }
  });

  it('is an image with a title, without style attributes', () => {
    const svg = svgOf(forestPlot(rows, options));
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).not.toContain('style=');
  });

  it('is a file with dark colors on white, which a dark page shows as well', () => {
    const file = svgFileOf(forestPlot(rows, options));
    expect(file).toContain('fill="#ffffff"');
    expect(file).not.toContain('class=');
    expect(file.match(/currentColor/g)!.length).toBe(file.match(/ color="#[0-9a-f]{6}"/g)!.length);
  });
});
