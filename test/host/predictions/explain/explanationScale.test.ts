import { describe, expect, it } from 'vitest';
import {
  gradientShares,
  sideOf,
  stepBounds,
  stepColors,
  stepOf,
  strongestFirst,
} from '../../../../src/host/predictions/explain/explanationScale.js';

const words = [0.4, -2, 1.3, 0, -0.1].map((occlusion) => ({ occlusion }));

describe('the scale of an explanation', () => {
  it('has three steps by the strongest value on either side', () => {
    const bounds = stepBounds(words);
    expect(bounds).toEqual([0.2, 0.6, 1.2].map((value) => expect.closeTo(value, 12) as number));
    expect(words.map(({ occlusion }) => stepOf(occlusion, bounds))).toEqual([0, 2, 2, -1, -1]);
    expect(words.map(({ occlusion }) => sideOf(occlusion))).toEqual([
      ...['supports', 'against', 'supports', 'supports', 'against'],
    ]);
    expect(stepColors('against')).toEqual([1, 2, 3].map((step) => `masklab.against${step}`));
  });

  it('draws nothing for a context without effect', () => {
    const faint = [{ occlusion: 0.01 }, { occlusion: -0.02 }];
    expect(faint.map(({ occlusion }) => stepOf(occlusion, stepBounds(faint)))).toEqual([-1, -1]);
    expect(stepOf(0, stepBounds([]))).toBe(-1);
  });

  it('orders words by size, and shares gradients among them', () => {
    expect(strongestFirst(words).map(({ occlusion }) => occlusion)).toEqual([
      -2, 1.3, 0.4, -0.1, 0,
    ]);
    const shares = gradientShares([{ gradient: 3 }, { gradient: -1 }, { gradient: 0 }]);
    expect(shares).toEqual([0.75, -0.25, 0]);
    expect(gradientShares([{ gradient: null }])).toEqual([null]);
  });
});
