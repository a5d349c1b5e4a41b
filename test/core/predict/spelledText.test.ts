import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../../src/core/text/words.js';
import { masksIn } from '../../../src/core/predict/spelledMasks.js';
import { spelledText } from '../../../src/core/predict/spelledText.js';

describe('spelledText', () => {
  it('moves ranges of a text to the spelling of a model and back', () => {
    const part = fc.constantFrom(
      '[MASK]',
      '<mask>',
      ' ____ ',
      '[MASK:fox|dog]',
      ' the ',
      '猫',
      '🐋 ',
      'sea',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const { text: spelled, ...moves } = spelledText(text, '<|m|>');
        const masks = masksIn(text);
        for (const mask of masks) {
          const { start, end } = moves.spelled(mask);
          expect(spelled.slice(start, end)).toBe('<|m|>');
          expect(moves.written({ start, end })).toEqual(mask);
        }
        const isInMask = (at: number): boolean =>
          masks.some(({ start, end }) => start <= at && at < end);
        for (const word of wordsIn(text)) {
          if (isInMask(word.start) || isInMask(word.end - 1)) continue;
          const { start, end } = moves.spelled(word);
          expect(spelled.slice(start, end)).toBe(text.slice(word.start, word.end));
          expect(moves.written({ start, end })).toEqual(word);
        }
      }),
    );
  });
});
