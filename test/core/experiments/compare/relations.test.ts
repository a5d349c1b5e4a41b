import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW } from '../../../../src/core/experiments/compare/compareView.js';
import type { ShownGroup } from '../../../../src/core/experiments/compare/comparedGroups.js';
import {
  axisOf,
  numberAtPlace,
  orderedAxes,
  placeOnAxis,
  withAxisAt,
  type Trial,
} from '../../../../src/core/experiments/compare/relations.js';
import type { RunParameters } from '../../../../src/core/specs/runParameters.js';
import { estimateMean } from '../../../../src/core/stats/intervals.js';

function trial(parameters: RunParameters, result: number | null, isProvisional = false): Trial {
  const group: ShownGroup = {
    ...{ key: JSON.stringify(parameters), name: 'n', runs: [], color: 'red', sameColorBefore: 0 },
    ...{ parameters, isBaseline: false, isSelected: true },
  };
  return { group, estimate: result === null ? null : { ...estimateMean([result]), isProvisional } };
}

describe('axes', () => {
  it('are logarithmic for numbers over two decades, and go there and back', () => {
    const axis = axisOf(
      [1e-5, 1e-4, 1e-2].map((lr) => trial({ lr }, 1)),
      'lr',
    );
    if (axis.scale.kind !== 'number') throw new Error('numbers');
    expect(axis.scale.isLogarithmic).toBe(true);
    expect(placeOnAxis(axis, 1e-4)).toBeCloseTo(1 / 3);
    expect(numberAtPlace(axis.scale, 1 / 3)).toBeCloseTo(1e-4);
    expect(axisOf([trial({ lr: 0 }, 1), trial({ lr: 9 }, 1)], 'lr').scale).toMatchObject({
      isLogarithmic: false,
    });
  });

  it('hold texts, and numbers beside texts or nothing at all, as texts', () => {
    const axis = axisOf([trial({ p: 'b' }, 1), trial({ p: 3 }, 1), trial({}, 1)], 'p');
    expect(axis.scale).toEqual({ kind: 'text', values: ['3', 'b', '–'] });
    expect([3, 'b', null, 'other'].map((value) => placeOnAxis(axis, value))).toEqual([
      0,
      0.5,
      1,
      null,
    ]);
  });

  it('put a single value in the middle, and what is no number nowhere', () => {
    const axis = axisOf([trial({ lr: 2 }, 1)], 'lr');
    expect(placeOnAxis(axis, 2)).toBe(0.5);
    expect(placeOnAxis(axis, NaN)).toBeNull();
    expect(placeOnAxis(axis, 'x')).toBeNull();
  });
});

describe('the order of axes', () => {
  const ordered = (...axes: string[]) => orderedAxes(['lr', 'mask'], { ...DEFAULT_VIEW, axes });

  it('has the metric last, until the person moves it', () => {
    expect(ordered()).toEqual(['lr', 'mask', 'metric']);
    expect(ordered('metric', 'mask', 'lr')).toEqual(['metric', 'mask', 'lr']);
  });

  it('leaves out axes that are gone or named twice, and adds new ones', () => {
    expect(ordered('metric', 'gone', 'metric', 'lr')).toEqual(['metric', 'lr', 'mask']);
  });

  it('changes by moving one axis', () => {
    expect(withAxisAt(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(withAxisAt(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b']);
    expect(withAxisAt(['a', 'b', 'c'], 'a', 2)).toEqual(['b', 'c', 'a']);
  });
});
