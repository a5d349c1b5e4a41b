import { describe, expect, it } from 'vitest';
import { reliabilityScene, rocScene } from '../../../src/core/charts/shareScenes.js';
import type { Scene, Shape } from '../../../src/core/charts/scene.js';

const texts = {
  ...{ summary: 's', xLabel: 'x', yLabel: 'y' },
  tick: (share: number) => `${100 * share}%`,
};

function ofDatum({ shapes }: Scene, datum: string): Shape[] {
  return shapes.filter((shape) => shape.datum === datum);
}

describe('a chart of ROC curves', () => {
  const line = (label: string) => ({
    ...{ label, text: `${label}: AUC 0.5` },
    points: [
      [0, 0],
      [0.5, 1],
      [1, 1],
    ] as const,
  });

  it('has a line from corner to corner per label, which dashes and colors tell apart', () => {
    const scene = rocScene([line('a'), line('b')], texts);
    const [first, second] = ['a', 'b'].map((label) => ofDatum(scene, label)[0]!);
    if (first?.kind !== 'path' || second?.kind !== 'path') throw new Error('no line');
    const [from, middle, to] = first.points;
    expect(from![1] - to![1]).toBe(250);
    expect(to![0] - from![0]).toBe(250);
    expect(middle).toEqual([(from![0] + to![0]) / 2, to![1]]);
    expect(first.tone).not.toBe(second.tone);
    expect([first.isDashed, second.isDashed]).toEqual([false, true]);
    const said = scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
    expect(said).toEqual(expect.arrayContaining(['a: AUC 0.5', 'b: AUC 0.5', '50%', 'x', 'y']));
  });
});

describe('a reliability diagram', () => {
  it('has a point per bin, larger for more predictions, with its distance to the diagonal', () => {
    const point = (meanProbability: number, weight: number) => ({
      ...{ datum: String(meanProbability), title: 't', meanProbability, shareRight: 0.5, weight },
    });
    const scene = reliabilityScene([point(0.5, 0.1), point(0.9, 0.9)], texts);
    const [small] = ofDatum(scene, '0.5');
    const [large] = ofDatum(scene, '0.9');
    if (small?.kind !== 'dot' || large?.kind !== 'dot') throw new Error('no dot');
    expect(large.radius).toBeGreaterThan(small.radius);
    const gaps = scene.shapes.flatMap((shape) =>
      shape.kind === 'line' && shape.tone === 'bad' ? [shape.from[1] - shape.to[1]] : [],
    );
    expect(gaps[0]).toBeCloseTo(0);
    expect(gaps[1]).toBeCloseTo(-100);
  });
});
