import { describe, expect, it } from 'vitest';
import { FOLD_PATTERN, foldOf, MOST_PARTS } from '../../../../src/core/data/splitting/fold.js';

describe('a part of a cross-validation', () => {
  it('is a number up to the number of parts, which is 2 to 20', () => {
    for (let parts = 0; parts <= 30; parts++) {
      for (let part = 0; part <= 30; part++) {
        const isOne = parts >= 2 && parts <= MOST_PARTS && part >= 1 && part <= parts;
        expect(FOLD_PATTERN.test(`${part}/${parts}`)).toBe(isOne);
      }
    }
    for (const text of ['', '2', '2/', '/5', '02/5', '2/5 ', '2/5/5', '-1/5']) {
      expect(FOLD_PATTERN.test(text)).toBe(false);
    }
    expect(foldOf('2/10')).toEqual({ part: 2, parts: 10 });
  });
});
