import { describe, expect, it } from 'vitest';
import { halveNumbers } from '../../../src/core/audit/numberHalves.js';

describe('halves of numbers', () => {
  it('are split at the median, or where equal numbers split them most evenly', () => {
    const splitOf = (...values: number[]): number | null =>
      halveNumbers(
        ['stars'],
        values.map((value) => [value]),
      ).splits[0]!;
    expect(splitOf(1, 2, 3, 4)).toBe(2);
    expect(splitOf(-3, 0.5, 0.25, 7)).toBe(0.25);
    // More than half of the texts have the most stars.
    expect(splitOf(5, 5, 5, 4, 1)).toBe(4);
    expect(splitOf(1, 1, 1, 4, 5)).toBe(1);
    expect(splitOf(3, 3, 3)).toBeNull();
    expect(splitOf()).toBeNull();
  });

  it('are labels of texts, and of the words that raise or lower a number', () => {
    const halves = halveNumbers(
      ['stars', 'length', 'same'],
      [
        [1, 300, 7],
        [5, 100, 7],
      ],
    );
    const [stars, length, ...others] = halves.labelsOf([4, 80, 7]);
    expect(others).toEqual([]);
    expect(halves.halfOf({ label: 'stars', effect: 0.2 })).toBe(stars);
    expect(halves.halfOf({ label: 'stars', effect: -0.2 })).not.toBe(stars);
    expect(halves.halfOf({ label: 'length', effect: -9 })).toBe(length);
  });
});
