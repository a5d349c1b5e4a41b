import { describe, expect, it } from 'vitest';
import { compareGroups, type SeedResults } from '../../../src/core/experiments/compareGroups.js';
import { groupRuns } from '../../../src/core/experiments/runGroups.js';
import { factsOf } from '../../../src/core/specs/runFacts.js';
import { specOf } from '../../support/syntheticRuns.js';

function resultsOf(...values: readonly number[]): SeedResults[] {
  return values.map((value, seed) => ({ seed, value }));
}

const options = { better: 'less' as const, margin: null, isComparable: () => true };
const BASELINE = resultsOf(10, 11, 12, 10, 11, 12, 10);

describe('a comparison of groups', () => {
  it('pairs by seed, and a lower loss is a gain', () => {
    const rival = resultsOf(9, 9.8, 11.1, 9, 10.1, 10.9, 9.2).reverse();
    const [baseline, better] = compareGroups([BASELINE, rival], options);
    expect(baseline!.against).toBeNull();
    expect(baseline!.estimate).toMatchObject({ n: 7 });
    expect(better!.against!.gains.positive).toBe(7);
    expect(better!.against!.gains.differences[0]).toBeCloseTo(1);
    expect(better!.against!.verdict).toEqual({ kind: 'better' });
  });

  it('takes a higher value for a gain where more is better', () => {
    const [, rival] = compareGroups([resultsOf(0.5), resultsOf(0.7)], {
      ...options,
      better: 'more',
    });
    expect(rival!.against!.gains.mean).toBeCloseTo(0.2);
    expect(rival!.against!.verdict).toEqual({ kind: 'tooFewSeeds', floor: 1 });
  });

  it('adjusts for the number of rivals that were tested', () => {
    const rival = BASELINE.map(({ seed, value }) => ({ seed, value: value - 1 - seed / 10 }));
    const [, alone] = compareGroups([BASELINE, rival], options);
    const [, first, , last] = compareGroups([BASELINE, rival, rival, rival], options);
    expect(alone!.against!.adjustedP).toBeCloseTo(2 / 128);
    expect(first!.against!.adjustedP).toBeCloseTo(6 / 128);
    expect(last!.against!.verdict.kind).toBe('better');
    const untested = { ...options, isComparable: (group: number) => group === 1 };
    const [, only] = compareGroups([BASELINE, rival, rival], untested);
    expect(only!.against!.adjustedP).toBeCloseTo(2 / 128);
  });

  it('compares nothing without a common seed, a result, or common items', () => {
    const others = [{ seed: 99, value: 1 }];
    const found = compareGroups([BASELINE, others, [], BASELINE], {
      ...options,
      isComparable: (group) => group !== 3,
    });
    expect(found.map(({ against }) => against)).toEqual([null, null, null, null]);
    expect(found[2]!.estimate).toBeNull();
    expect(found[3]!.estimate).not.toBeNull();
  });
});

describe('groups of runs', () => {
  const runOf = (id: string, changes: { seed?: number; epochs?: number }) => {
    const spec = specOf(id);
    return { id, facts: factsOf({ ...spec, training: { ...spec.training, ...changes } }) };
  };

  it('hold runs that differ in nothing but their seed, in their order', () => {
    const runs = [
      runOf('a', { seed: 0 }),
      runOf('b', { epochs: 9 }),
      runOf('c', { seed: 1 }),
      { id: 'd', facts: null },
      { id: 'e', facts: null },
    ];
    expect(groupRuns(runs).map((group) => group.runs.map(({ id }) => id))).toEqual([
      ['a', 'c'],
      ['b'],
      ['d'],
      ['e'],
    ]);
  });
});
