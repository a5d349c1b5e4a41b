import { describe, expect, it } from 'vitest';
import { planSteps, type Batches } from '../../../../src/core/train/data/epochs.js';

const namesOf = (epoch: number): string[] =>
  ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}${epoch}`);
const planOf = (epoch: number): Batches<string> => ({
  length: 5,
  at: (position) => namesOf(epoch)[position]!,
});

describe('planSteps', () => {
  it('takes one batch a step without accumulation', () => {
    const { stepsPerEpoch, at } = planSteps(planOf, 1);
    expect(stepsPerEpoch).toBe(5);
    expect([0, 4, 5].map(at)).toEqual([
      { epoch: 0, batches: ['a0'] },
      { epoch: 0, batches: ['e0'] },
      { epoch: 1, batches: ['a1'] },
    ]);
  });

  it('gathers batches of one epoch, the last step those that are left', () => {
    const { stepsPerEpoch, at } = planSteps(planOf, 2);
    expect(stepsPerEpoch).toBe(3);
    const all = [0, 1, 2, 3, 4, 5].flatMap((step) => at(step).batches);
    expect(all).toEqual([...namesOf(0), ...namesOf(1)]);
    expect(at(2).batches).toEqual(['e0']);
  });

  it('gives the same for a step whatever was asked before', () => {
    const { at } = planSteps(planOf, 2);
    const later = at(4);
    at(0);
    expect(at(4)).toEqual(later);
    expect(planSteps(planOf, 2).at(4)).toEqual(later);
  });
});
