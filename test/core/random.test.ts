import { describe, expect, it } from 'vitest';
import { normalStream, randomStream, shuffled } from '../../src/core/random.js';

const take = (random: () => number, count: number) => Array.from({ length: count }, random);

describe('randomStream', () => {
  it('gives the same numbers for the same name and others for another name', () => {
    const names = [
      [0],
      [1],
      ['0'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      [0, 1],
      [1, 0],
      [0.5],
      [-1],
      ['', ''],
      [''],
      [2 ** 40],
    ];
    const first = names.map((name) => take(randomStream(...name), 4).join());
    expect(new Set(first).size).toBe(names.length);
    expect(names.map((name) => take(randomStream(...name), 4).join())).toEqual(first);
  });

  it('never changes: runs made with an earlier version must resume with the same numbers', () => {
    expect(take(randomStream(7, 'masking', 3), 3).map((x) => x * 2 ** 32)).toMatchInlineSnapshot(`
      [
        2121795141,
        1033154247,
        4230353661,
      ]
    `);
  });

  it('is uniform over streams as well as along one', () => {
    const along = take(randomStream(1), 100_000);
    const across = Array.from({ length: 100_000 }, (_, i) => randomStream('epoch', i)());
    for (const numbers of [along, across]) {
      const cells = new Array<number>(64).fill(0);
      for (const x of numbers) cells[Math.floor(x * 64)]!++;
      const expected = numbers.length / 64;
      const chiSquared = cells.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 63 degrees of freedom: 99.99% of true uniform samples stay under 112.
      expect(chiSquared).toBeLessThan(112);
      expect(Math.max(...numbers)).toBeLessThan(1);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('shuffled', () => {
  it('keeps every item and leaves the original alone', () => {
    const items = [...Array(50).keys()];
    const copy = shuffled(items, randomStream(3));
    expect(items).toEqual([...Array(50).keys()]);
    expect(copy).not.toEqual(items);
    expect([...copy].sort((a, b) => a - b)).toEqual(items);
  });
});

describe('normalStream', () => {
  it('has mean 0, deviation 1 and the tails of a normal distribution', () => {
    const values = take(normalStream(randomStream('normal')), 100_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / values.length;
    expect(beyondTwo).toBeGreaterThan(0.042);
    expect(beyondTwo).toBeLessThan(0.049);
  });
});
