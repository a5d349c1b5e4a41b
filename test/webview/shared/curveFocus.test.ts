import { describe, expect, it } from 'vitest';
import { CurveFocus } from '../../../webview/shared/curveFocus.js';

describe('the zoom that curves share', () => {
  const full = { low: 0, high: 100 };
  const zoomed = (x: number | null, ...factors: readonly number[]): CurveFocus['zoom'] => {
    const focus = new CurveFocus(() => undefined);
    focus.move(x);
    for (const factor of factors) focus.zoomBy(factor, full);
    return focus.zoom;
  };

  it.each([
    ['around the middle without a cursor', null, [0.5], { low: 25, high: 75 }],
    ['around the cursor', 20, [0.5], { low: 10, high: 60 }],
    ['further', 20, [0.5, 0.5], { low: 15, high: 40 }],
    ['out within all places', 90, [0.5, 1.5], { low: 22.5, high: 97.5 }],
    ['out to everything', 20, [0.5, 2], null],
  ] as const)('goes in and out %s', (_name, x, factors, expected) => {
    expect(zoomed(x, ...factors)).toEqual(expected);
  });

  it('ends with the pinned cursor when it is reset', () => {
    const focus = new CurveFocus(() => undefined);
    focus.togglePin(30);
    focus.zoomBy(0.5, full);
    focus.reset();
    expect([focus.zoom, focus.pinned]).toEqual([null, null]);
  });
});
