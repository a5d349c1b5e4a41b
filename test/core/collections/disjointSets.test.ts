import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyNumbers, UnionFind } from '../../../src/core/collections/disjointSets.js';

describe('UnionFind', () => {
  it('joins what is connected, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
        (size, drawn) => {
          const sets = new UnionFind();
          for (let i = 0; i < size; i++) expect(sets.add()).toBe(i);
          let colours = Array.from({ length: size }, (_, i) => i);
          for (const pair of drawn) {
            const [a, b] = [pair[0] % size, pair[1] % size];
            sets.union(a, b);
            const [from, to] = [colours[a]!, colours[b]!];
            colours = colours.map((colour) => (colour === from ? to : colour));
          }
          const all = colours.map((_, i) => i);
          const wrong = all.filter((i) =>
            all.some((j) => (sets.find(i) === sets.find(j)) !== (colours[i] === colours[j])),
          );
          expect(wrong).toEqual([]);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('takes a chain of a million', () => {
    const sets = new UnionFind();
    sets.add();
    for (let i = 1; i < 1_000_000; i++) sets.union(sets.add(), i - 1);
    expect(sets.find(0)).toBe(sets.find(999_999));
  });
});

describe('KeyNumbers', () => {
  it('numbers keys by their first coming, and knows them again', () => {
    const numbers = new KeyNumbers();
    const keys = Array.from({ length: 200_000 }, (_, i) => `key ${i}`);
    keys.forEach((key, i) => {
      if (numbers.of(key) !== i) throw new Error(`${key} is taken for another`);
    });
    expect(keys.findIndex((key, i) => numbers.of(key) !== i)).toBe(-1);
    expect(numbers.size).toBe(keys.length);
  });
});
