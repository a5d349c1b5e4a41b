import { describe, expect, it } from 'vitest';
import { offsetsIn } from '../../../src/core/text/codePoints.js';

describe('offsets in a text', () => {
  it('count characters of two units once, as Python does', () => {
    const text = '🐋a🦊\u{1d518}b';
    const at = offsetsIn(text, 'code points');
    const units = offsetsIn(text, 'utf-16');
    let points = 0;
    let offset = 0;
    for (const character of text) {
      expect(at(offset)).toBe(points++);
      expect(units(offset)).toBe(offset);
      offset += character.length;
    }
    expect(at(text.length)).toBe(5);
    // Half of a character is none.
    expect(offsetsIn('\ud83da\udc00', 'code points')(3)).toBe(3);
  });
});
