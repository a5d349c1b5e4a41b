import { describe, expect, it } from 'vitest';
import { possibleMasks } from '../../../src/host/predictions/maskSpellings.js';

describe('possibleMasks', () => {
  it('finds the mask tokens of all families in a text', () => {
    const text = 'a [MASK] b <mask> c <|mask|> [mask] <MASK>';
    expect(possibleMasks(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '[MASK]',
      '<mask>',
      '<|mask|>',
    ]);
  });
});
