import { describe, expect, it } from 'vitest';
import { withPronoun, writtenAt } from '../../../src/core/text/writtenWord.js';

/** The word in the place of the bar. */
const written = (word: string, line: string): string =>
  writtenAt(word, line.replace('|', '[MASK]'), line.indexOf('|'));

describe('a predicted word', () => {
  it('has a capital letter at the start of a sentence', () => {
    expect(written('ship', 'It is so. | ahoy.')).toBe('Ship');
    expect(written('ship', 'We saw the | today.')).toBe('ship');
  });

  it('is the pronoun “I” in English text', () => {
    expect(written('i', 'Yesterday | walked the deck.')).toBe('I');
    expect(written('ice', 'Yesterday | walked the deck.')).toBe('ice');
  });

  it.each([
    ['Polish', 'To był deszcz | śnieg.'],
    ['Italian', 'Abbiamo visto | gatti sul tetto.'],
    ['Swedish', 'Vi bor | staden.'],
  ])('is a small “i” in %s text', (_, line) => {
    expect(written('i', line)).toBe('i');
  });

  it('keeps the small letter of other words', () => {
    expect(withPronoun('it', 'What is that?')).toBe('it');
  });
});
