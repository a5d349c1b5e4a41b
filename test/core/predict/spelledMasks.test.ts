import { describe, expect, it } from 'vitest';
import { spellMaskTokens } from '../../../src/core/predict/spelledMasks.js';

describe('masks of other families', () => {
  it('are spelled as the model does, with their places in the original', () => {
    const text = 'a <mask> b [mask] c <|mask|> d [M*SK]';
    expect(spellMaskTokens(text, '[M*SK]')).toEqual({
      text: 'a [M*SK] b [M*SK] c [M*SK] d [M*SK]',
      masks: [
        { start: 2, end: 8 },
        { start: 11, end: 17 },
        { start: 20, end: 28 },
        { start: 31, end: 37 },
      ],
    });
    expect(spellMaskTokens('no ___ mask', '[MASK]')).toEqual({ text: 'no ___ mask', masks: [] });
  });
});
