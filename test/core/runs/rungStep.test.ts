import { expect, it } from 'vitest';
import { rungStep } from '../../../src/core/runs/rungStep.js';

it('pauses a run at the first evaluation at or after a share of its steps', () => {
  const run = { totalSteps: 90, evaluateEverySteps: 4 };
  expect(rungStep(1 / 9, run)).toBe(12);
  expect(rungStep(1 / 3, run)).toBe(32);
  expect(rungStep(1, run)).toBe(90);
  expect(rungStep(0.99, run)).toBe(90);
  // A third of 90 steps is 30, whatever the rounding of 1/3.
  expect(rungStep(3 ** -1, { totalSteps: 90, evaluateEverySteps: 30 })).toBe(30);
  expect(rungStep(0.1, { totalSteps: 90, evaluateEverySteps: 1000 })).toBe(90);
});
