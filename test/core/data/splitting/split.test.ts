import fc from 'fast-check';
import { ENGLISH, renderMessage } from '../../../../src/core/messages/render.js';
import { describe, expect, it } from 'vitest';
import { contentKey } from '../../../../src/core/data/examples/chunk.js';
import { SPLIT_NAMES, type SplitName } from '../../../../src/core/data/records.js';
import {
  movedMessages,
  splitOf,
  SplitPlanner,
  type SplitOptions,
  type SplitRecord,
} from '../../../../src/core/data/splitting/split.js';
import { randomStream, shuffled } from '../../../../src/core/random.js';

const options: SplitOptions = { seed: 0, heldOutFraction: 0.1, testFraction: 0.1 };

function planned(
  records: readonly SplitRecord[],
  { nonEmpty = false, ...rest }: Partial<SplitOptions> & { nonEmpty?: boolean } = {},
): { splits: SplitName[]; moved: readonly unknown[]; duplicates: number } {
  const planner = new SplitPlanner({ ...options, ...rest });
  records.forEach((record, i) => {
    expect(planner.add(record)).toBe(i);
  });
  const plan = planner.finish({ nonEmpty });
  return { ...plan, splits: Array.from(plan.splits, (split) => SPLIT_NAMES[split]!) };
}

const key = (n: number | string): string => contentKey(`text ${n}`);

const record = fc.record({
  key: fc.nat({ max: 40 }).map(key),
  group: fc.option(fc.nat({ max: 12 }).map((n) => `author ${n}`)),
  split: fc.option(fc.constantFrom(...SPLIT_NAMES), { freq: 2 }),
  near: fc.option(fc.nat(), { freq: 2 }),
});
const records = fc.array(record, { maxLength: 60 }).map((drawn): SplitRecord[] =>
  drawn.map(({ near, ...rest }, i) => ({
    ...rest,
    nearDuplicateOf: near === null || i === 0 ? null : near % i,
  })),
);

describe('SplitPlanner', () => {
  it('keeps duplicates, groups and near-duplicates in one split, the strongest that the data names', () => {
    fc.assert(
      fc.property(records, fc.nat({ max: 3 }), (drawn, seed) => {
        const { splits } = planned(drawn, { seed });
        drawn.forEach((one, i) => {
          drawn.slice(0, i).forEach((other, j) => {
            const isAlike =
              one.key === other.key ||
              (one.group !== null && one.group === other.group) ||
              one.nearDuplicateOf === j;
            if (isAlike) expect(splits[i]).toBe(splits[j]);
          });
          if (one.split === 'test') expect(splits[i]).toBe('test');
          if (one.split === 'heldOut') expect(splits[i]).not.toBe('train');
        });
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('gives the same answer in whatever order records come', () => {
    fc.assert(
      fc.property(records, fc.nat(), (drawn, seed) => {
        const numbered = drawn.map((one, id) => ({ ...one, nearDuplicateOf: null, id }));
        const mixed = shuffled(numbered, randomStream(seed));
        const { splits } = planned(numbered);
        const after = planned(mixed).splits;
        expect(mixed.map(({ id }) => splits[id])).toEqual(after);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('holds out each set once in the runs of all parts of a cross-validation', () => {
    const drawn = records.map((found) => found.map((one) => ({ ...one, split: null })));
    fc.assert(
      fc.property(
        drawn,
        fc.integer({ min: 2, max: 5 }),
        fc.nat({ max: 3 }),
        (found, parts, seed) => {
          const plans = Array.from(
            { length: parts },
            (_, i) => planned(found, { seed, fold: `${i + 1}/${parts}` }).splits,
          );
          const { splits: usual } = planned(found, { seed });
          found.forEach((one, i) => {
            const own = plans.map((splits) => splits[i]!);
            const isTest = usual[i] === 'test';
            expect(own.filter((split) => split === 'heldOut')).toHaveLength(isTest ? 0 : 1);
            expect(own.filter((split) => split === 'test')).toHaveLength(isTest ? parts : 0);
            found.slice(0, i).forEach((other, j) => {
              const isAlike =
                one.key === other.key ||
                (one.group !== null && one.group === other.group) ||
                one.nearDuplicateOf === j;
              if (isAlike) expect(plans.map((splits) => splits[j])).toEqual(own);
            });
          });
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it('makes parts of a cross-validation equal, in whatever order records come', () => {
    const found = Array.from({ length: 103 }, (_, i) => ({ key: key(i), i }));
    const mixed = shuffled(found, randomStream(7));
    const sizes = [1, 2, 3, 4].map((part) => {
      const { splits } = planned(found, { testFraction: 0, fold: `${part}/4`, nonEmpty: true });
      const after = planned(mixed, { testFraction: 0, fold: `${part}/4`, nonEmpty: true }).splits;
      expect(mixed.map(({ i }) => splits[i])).toEqual(after);
      return splits.filter((split) => split === 'heldOut').length;
    });
    expect(sizes).toEqual([26, 26, 26, 25]);
  });

  it('refuses more parts than there are groups', () => {
    const found = [1, 2, 3, 4].map((i) => ({ key: key(i), group: i < 3 ? 'a' : 'b' }));
    expect(() => planned(found, { testFraction: 0, fold: '1/3', nonEmpty: true })).toThrow(
      /data.fewerSetsThanParts|fewer than the 3 parts/,
    );
  });

  it('splits as splitOf where there are only contents', () => {
    const keys = Array.from({ length: 3000 }, (_, i) => key(i));
    const { splits } = planned(keys.map((one) => ({ key: one })));
    expect(splits).toEqual(keys.map((one) => splitOf(one, options)));
    for (const name of ['heldOut', 'test'] as const) {
      // 300 expected with a standard deviation of 16.
      expect(Math.abs(splits.filter((split) => split === name).length - 300)).toBeLessThan(66);
    }
  });

  it('moves nothing of the held-out part when a test part is asked for', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => key(i));
    const before = keys.map((one) => splitOf(one, { seed: 3, heldOutFraction: 0.1 }));
    const after = keys.map((one) =>
      splitOf(one, { seed: 3, heldOutFraction: 0.1, testFraction: 0.2 }),
    );
    expect(after.map((split) => split === 'heldOut')).toEqual(
      before.map((split) => split === 'heldOut'),
    );
    // What runs before test parts came to be drew, so that they can be drawn again.
    expect(
      before
        .map((split, i) => (split === 'heldOut' ? i : -1))
        .filter((i) => i >= 0)
        .slice(0, 8),
    ).toEqual([1, 3, 9, 23, 64, 65, 69, 70]);
  });

  it('keeps about the fractions of groups asked for, and a group in its split when it grows', () => {
    const grouped = Array.from({ length: 6000 }, (_, i) => ({
      key: key(i),
      group: `g${i % 1500}`,
    }));
    const { splits } = planned(grouped);
    const heldOut = splits.slice(0, 1500).filter((split) => split === 'heldOut').length;
    // 150 expected with a standard deviation of 12.
    expect(Math.abs(heldOut - 150)).toBeLessThan(48);
    const more = planned([
      ...Array.from({ length: 3000 }, (_, i) => ({ key: key(`new ${i}`), group: `g${i % 1500}` })),
      ...grouped,
    ]);
    expect(more.splits.slice(3000)).toEqual(splits);
  });

  it('draws the held-out part from the training rows where the data has none', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => ({
      key: key(i),
      split: i % 4 === 0 ? ('test' as const) : ('train' as const),
    }));
    const { splits, moved } = planned(rows);
    expect(moved).toEqual([]);
    rows.forEach(({ split }, i) => {
      if (split === 'test') expect(splits[i]).toBe('test');
      else expect(splits[i]).toBe(splitOf(rows[i]!.key, { seed: 0, heldOutFraction: 0.1 }));
    });
    const withHeldOut = planned([...rows, { key: key('held out'), split: 'heldOut' }]);
    expect(withHeldOut.splits.filter((split) => split === 'heldOut')).toHaveLength(1);
  });

  it('counts and tells what it moved', () => {
    const { moved, splits, duplicates } = planned([
      { key: 'a', split: 'train' },
      { key: 'a', split: 'train' },
      { key: 'a', split: 'test' },
      { key: 'b', split: 'train', group: 'g' },
      { key: 'c', split: 'heldOut', group: 'g' },
      { key: 'd', split: 'train' },
      { key: 'e', split: 'heldOut', nearDuplicateOf: 2 },
    ]);
    expect(splits).toEqual(['test', 'test', 'test', 'heldOut', 'heldOut', 'train', 'test']);
    expect(duplicates).toBe(2);
    expect(moved).toEqual([
      { from: 'train', to: 'heldOut', count: 1 },
      { from: 'train', to: 'test', count: 2 },
      { from: 'heldOut', to: 'test', count: 1 },
    ]);
    const told = movedMessages([{ from: 'train', to: 'test', count: 1200 }]);
    expect(told.map((row) => renderMessage(row, ENGLISH))).toEqual([
      '1,200 rows moved from the training split to the test split, which contains a duplicate, a near-duplicate or another row of the group of each.',
    ]);
  });

  it('leaves neither side empty where that is asked for, and refuses where it cannot be', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(0, 0.1, 1),
        (numbers, heldOutFraction) => {
          fc.pre(new Set(numbers).size > 1);
          const rows = numbers.map((n) => ({ key: key(n) }));
          const plan = planned(rows, { heldOutFraction, testFraction: 0, nonEmpty: true });
          expect(new Set(plan.splits)).toEqual(new Set(['train', 'heldOut']));
        },
      ),
      { seed: 3, numRuns: 200 },
    );
    const refused = expect.objectContaining({ code: 'UserInput' }) as Error;
    const all: SplitRecord[][] = [
      [],
      [{ key: 'a' }, { key: 'a' }],
      [
        { key: 'a', group: 'g' },
        { key: 'b', group: 'g' },
      ],
      [
        { key: 'a', split: 'heldOut' },
        { key: 'b', split: 'heldOut' },
      ],
      [{ key: 'a', split: 'test' }],
    ];
    for (const rows of all) {
      expect(() => planned(rows, { testFraction: 0, nonEmpty: true })).toThrow(refused);
      expect(planned(rows, { testFraction: 0 }).splits).toHaveLength(rows.length);
    }
  });
});
