import { describe, expect, it } from 'vitest';
import { contentKey } from '../../../src/core/data/chunk.js';
import type { SplitName } from '../../../src/core/data/records.js';
import { SplitIndex } from '../../../src/core/data/splitIndex.js';
import { randomStream } from '../../../src/core/random.js';

const keys = Array.from({ length: 40 }, (_, i) => contentKey(`text ${i}`));

function indexOf(splits: readonly SplitName[], named = keys): SplitIndex {
  const index = new SplitIndex(0);
  splits.forEach((split, i) => {
    index.add(named[i]!, split);
  });
  return index;
}

describe('SplitIndex', () => {
  it('lists what came into each split, in order', () => {
    const index = indexOf(['train', 'heldOut', 'test', 'train', 'test']);
    const { train, heldOut, test } = index.finish();
    expect([[...train], [...heldOut], [...test]]).toEqual([[0, 3], [1], [2, 4]]);
    expect([0, 1, 2].map((i) => index.at(i))).toEqual(['train', 'heldOut', 'test']);
  });

  it.each(['train', 'heldOut'] as const)(
    'moves what is nearest the border, duplicates included, where all few are of %s',
    (only) => {
      const named = [...keys.slice(0, 6), ...keys.slice(0, 6)];
      const index = indexOf(Array<SplitName>(12).fill(only), named);
      const draws = named.map((key) => randomStream('split', 0, key)());
      const border = only === 'train' ? Math.min(...draws) : Math.max(...draws);
      const { train, heldOut } = index.finish();
      const moved = [...(only === 'train' ? heldOut : train)];
      expect(moved).toEqual([...draws.keys()].filter((i) => draws[i] === border));
      expect(moved).toHaveLength(2);
      expect(train.length + heldOut.length).toBe(12);
    },
  );

  it('refuses data that cannot be split', () => {
    expect(() => indexOf([]).finish()).toThrow(/no word that the model knows/);
    const one = Array<string>(5).fill(keys[0]!);
    expect(() => indexOf(Array<SplitName>(5).fill('train'), one).finish()).toThrow(
      /only one sequence/,
    );
  });
});
