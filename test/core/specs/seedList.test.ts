import { describe, expect, it } from 'vitest';
import { parseSeeds, seedsText } from '../../../src/core/specs/seedList.js';

describe('seeds', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['7', [7]],
    ['1, 2,3', [1, 2, 3]],
    ['1 2\t3', [1, 2, 3]],
    ['1，2、3；4'.replace('；', ';'), [1, 2, 3, 4]],
    ['1-4', [1, 2, 3, 4]],
    ['3–5, 9', [3, 4, 5, 9]],
    ['2, 1, 2, 1-2', [2, 1]],
    ['0', [0]],
    ['9007199254740991', [9007199254740991]],
    ['1-100', Array.from({ length: 100 }, (_, i) => i + 1)],
  ])('are read from %j', (text, seeds) => {
    expect(parseSeeds(text)).toEqual(seeds);
  });

  it.each(['a', '1.5', '-1', '1--2', '5-3', '1-101', '1-1000000000', '9007199254740992', '1e3'])(
    'are refused in %j',
    (text) => {
      expect(parseSeeds(text)).toBeNull();
    },
  );

  it.each([
    [[], ''],
    [[7], '7'],
    [[1, 2], '1, 2'],
    [[1, 2, 3], '1-3'],
    [[9, 1, 2, 3, 4, 6, 7], '9, 1-4, 6, 7'],
    [[3, 2, 1], '3, 2, 1'],
  ])('%j are written as they are read', (seeds, text) => {
    expect(seedsText(seeds)).toBe(text);
    expect(parseSeeds(text)).toEqual(seeds);
  });
});
