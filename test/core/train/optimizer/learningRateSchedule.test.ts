import { describe, expect, it } from 'vitest';
import { learningRateAt } from '../../../../src/core/train/optimizer/learningRateSchedule.js';

const base = { peak: 1, totalSteps: 100, warmupFraction: 0.1, schedule: 'linear' as const };

describe('learningRateAt', () => {
  it('warms up to the peak and falls to zero', () => {
    expect(learningRateAt(0, base)).toBeCloseTo(0.1);
    expect(learningRateAt(9, base)).toBeCloseTo(1);
    expect(learningRateAt(10, base)).toBeCloseTo(1);
    expect(learningRateAt(55, base)).toBeCloseTo(0.5);
    expect(learningRateAt(100, base)).toBe(0);
  });

  it('halves at the middle of a cosine and stays up when constant', () => {
    expect(learningRateAt(55, { ...base, schedule: 'cosine' })).toBeCloseTo(0.5);
    expect(learningRateAt(99, { ...base, schedule: 'constant' })).toBe(1);
  });

  it('starts at the peak without warm-up', () => {
    expect(learningRateAt(0, { ...base, warmupFraction: 0 })).toBe(1);
  });
});
