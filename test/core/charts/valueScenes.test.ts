import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../src/core/charts/scene.js';
import { curvesScene } from '../../../src/core/charts/curvesScene.js';
import { sparkline } from '../../../src/core/charts/sparkline.js';
import { svgFileOf, svgOf } from '../../../src/core/charts/svg.js';
import {
  axisX,
  axisY,
  influenceScene,
  parallelScene,
  placeAtY,
  scatterScene,
} from '../../../src/core/charts/valueScenes.js';

function ofDatum(scene: Scene, datum: string) {
  return scene.shapes.filter((shape) => shape.datum === datum);
}

function expectInside({ width, height, shapes }: Scene): void {
  for (const shape of shapes) {
    const points =
      shape.kind === 'line'
        ? [shape.from, shape.to]
        : shape.kind === 'path'
          ? shape.points
          : [shape.at];
    for (const [x, y] of points) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(height);
    }
  }
}

const trial = { title: 't', tone: 'red', isHollow: false, isFaint: false, interval: null } as const;
const axes = { summary: 's', xLabel: 'x', yLabel: 'y', xTicks: [], yTicks: [] };

describe('a scatter plot', () => {
  it('has a dot per trial, higher for higher values, with the interval as a line', () => {
    const scene = scatterScene(
      [
        { ...trial, datum: 'a', x: 0, y: 0 },
        { ...trial, datum: 'b', x: 1, y: 1, interval: [0.5, 1] },
      ],
      axes,
    );
    const [a, b] = [ofDatum(scene, 'a')[0]!, ofDatum(scene, 'b')[0]!];
    if (a.kind !== 'dot' || b.kind !== 'dot') throw new Error('dots');
    expect(b.at[0]).toBeGreaterThan(a.at[0]);
    expect(b.at[1]).toBeLessThan(a.at[1]);
    const intervals = scene.shapes.filter((shape) => shape.kind === 'line' && shape.tone === 'red');
    expect(intervals).toHaveLength(1);
    expectInside(scene);
  });
});

describe('parallel coordinates', () => {
  const line = { title: 't', tone: 'blue', isDashed: false, isFaint: false } as const;
  const axis = { ticks: [], brush: null };

  it('have a line per trial, interrupted where it has no value', () => {
    const scene = parallelScene(
      ['a', 'b', 'c', 'd', 'e'].map((id) => ({ ...axis, id, label: id })),
      [
        { ...line, datum: 'whole', places: [0, 0.5, 1, 0.5, 0] },
        { ...line, datum: 'parts', places: [0, 1, null, 1, 0] },
      ],
      's',
    );
    expect(ofDatum(scene, 'whole')).toHaveLength(1);
    expect(ofDatum(scene, 'parts')).toHaveLength(2);
    expectInside(scene);
  });

  it('draw trials that pass the filter over the others', () => {
    const scene = parallelScene(
      ['a', 'b'].map((id) => ({ ...axis, id, label: id })),
      [
        { ...line, datum: 'passes', places: [0, 1] },
        { ...line, datum: 'fails', places: [1, 0], isFaint: true },
      ],
      's',
    );
    expect(scene.shapes.flatMap(({ datum }) => datum ?? [])).toEqual(['fails', 'passes']);
    expect(ofDatum(scene, 'fails')[0]!.strength).toBeLessThan(0.5);
  });

  it('are brushed at the places that are drawn', () => {
    for (const place of [0, 0.3, 1]) expect(placeAtY(axisY(place))).toBeCloseTo(place);
    expect([placeAtY(-100), placeAtY(1e4)]).toEqual([1, 0]);
    expect(axisX(1, 2)).toBeGreaterThan(axisX(0, 2));
  });

  it('grow with their axes', () => {
    const of = (count: number) =>
      parallelScene(
        Array.from({ length: count }, (_, i) => ({ ...axis, id: `${i}`, label: `${i}` })),
        [],
        's',
      ).width;
    expect(of(12)).toBeGreaterThan(of(3));
  });
});

describe('influence of parameters', () => {
  it('is pale where the interval has 0 in it, or where there is none', () => {
    const row = { name: 'n', title: 't' };
    const scene = influenceScene(
      [
        { ...row, datum: 'clear', value: 0.8, interval: [0.5, 0.9] },
        { ...row, datum: 'unclear', value: -0.3, interval: [-0.8, 0.4] },
        { ...row, datum: 'alone', value: 1, interval: null },
      ],
      { summary: 's', label: 'l', range: [-1, 1], formatTick: String },
    );
    const strength = (datum: string) => ofDatum(scene, datum)[0]!.strength;
    expect(strength('clear')).toBeGreaterThan(strength('unclear')!);
    expect(strength('alone')).toBe(strength('unclear'));
    expectInside(scene);
  });

  it('has an axis that is wide enough for all intervals', () => {
    const rows = [
      { name: 'n', title: 't', datum: 'd', value: 0.5, interval: [-0.4, 1.3] },
    ] as const;
    const scene = influenceScene(rows, {
      ...{ summary: 's', label: 'l', range: [0, 1], formatTick: String },
    });
    expectInside(scene);
    const ticks = scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
    expect(ticks).toEqual(expect.arrayContaining(['0', '0.5', '1']));
  });
});

describe('images of curves', () => {
  const options = {
    ...{ summary: 's', title: 't', xLabel: 'x', formatX: String, formatY: String },
  };

  it('leave out values that a logarithmic axis does not have', () => {
    const scene = curvesScene(
      [
        {
          name: 'a',
          tone: 'red',
          isDashed: false,
          points: [
            [0, 0],
            [1, 10],
            [2, 100],
          ],
          band: [],
        },
      ],
      { ...options, isLogarithmic: true },
    );
    const path = scene.shapes.find(({ kind }) => kind === 'path');
    if (path?.kind !== 'path') throw new Error('a path');
    expect(path.points).toHaveLength(2);
    expectInside(scene);
  });

  it('are whole without any curve', () => {
    expectInside(curvesScene([], { ...options, isLogarithmic: false }));
    const spark = { tone: 'red', summary: 's', range: [0, 1] } as const;
    expect(sparkline({ xs: [], ys: [] }, spark).shapes).toEqual([]);
    expectInside(sparkline({ xs: [0, 5, 9], ys: [0, 1, 0.5] }, spark));
    expectInside(sparkline({ xs: [3], ys: [0.5] }, spark));
  });

  it('escape the names of groups', () => {
    const scene = scatterScene([{ ...trial, datum: '"><script>', x: 0, y: 0 }], axes);
    for (const svg of [svgOf(scene), svgFileOf(scene)]) expect(svg).not.toContain('<script');
  });
});
