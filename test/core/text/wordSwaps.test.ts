import { describe, expect, it } from 'vitest';
import { parseWordSwaps, swapWords } from '../../../src/core/text/wordSwaps.js';

describe('lists of words to exchange', () => {
  it('have two words a line, with comments, in any line endings', () => {
    const text = '\uFEFF# people\r\nHe, she\r\n\r\nhis\ther\n # also\ngut,schlecht\n';
    expect(parseWordSwaps(text, 'swaps.txt')).toEqual([
      ['he', 'she'],
      ['his', 'her'],
      ['gut', 'schlecht'],
    ]);
  });

  it.each(['he', 'he, she, it', 'he, he', 'he,', ', she', 'New York, Rome', 'he she', '!, ?'])(
    'name the line of what is not a pair: %s',
    (line) => {
      expect(() => parseWordSwaps(`a, b\n${line}\n`, 'swaps.txt')).toThrow(
        'swaps.txt, line 2, is not a pair of words. Write two different words on each line',
      );
    },
  );

  it('are refused where they have no pair, or too many', () => {
    expect(() => parseWordSwaps('# none\n', 'swaps.txt')).toThrow('has no pairs of words');
    const many = Array.from({ length: 5001 }, (_, i) => `a${i}, b${i}`).join('\n');
    expect(() => parseWordSwaps(many, 'swaps.txt')).toThrow('more than 5,000 pairs');
  });
});

describe('swapped words', () => {
  const swaps = [
    ['he', 'she'],
    ['him', 'her'],
    ['his', 'her'],
    ['好', '坏'],
  ] as const;
  const swap = (text: string): string | null => swapWords(text, swaps);

  it('are exchanged in both directions, in their case, and the first pair with a word applies', () => {
    expect(swap('He gave her his book; SHE thanked him.')).toBe(
      'She gave him her book; HE thanked her.',
    );
    expect(swap("the heel, he's, she\r\n😀 He")).toBe("the heel, he's, he\r\n😀 She");
    expect(swap('好')).toBe('坏');
  });

  it('leave texts without them out', () => {
    expect(swap('the heel of a shoe')).toBeNull();
    expect(swap('')).toBeNull();
  });
});
