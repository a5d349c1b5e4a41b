import { describe, expect, it } from 'vitest';
import { labelDelimiterOf, listIn } from '../../../src/core/data/listTexts.js';

describe('listIn', () => {
  it('reads lists of JSON, Python and NumPy', () => {
    expect(listIn('["a", 12345678901234567890]')).toEqual(['a', '12345678901234567890']);
    expect(listIn("['a', 'b']")).toEqual(['a', 'b']);
    expect(listIn("['it\\'s', \"b's\", None, 3]")).toEqual(["it's", "b's", null, '3']);
    expect(listIn("['a' 'b'\n 'c']")).toEqual(['a', 'b', 'c']);
    expect(listIn('[0 3 27]')).toEqual(['0', '3', '27']);
    expect(listIn("['a',]")).toEqual(['a']);
    expect(listIn('[ ]')).toEqual([]);
  });

  it('leaves texts in brackets', () => {
    for (const text of [
      '[laughter]',
      '[MASK] and [SEP]',
      "['open]",
      "['a''b']",
      'a [b]',
      '[a, b]',
      "['a', b]",
    ]) {
      expect(listIn(text)).toBeNull();
    }
    const started = performance.now();
    listIn(`[${"'\\".repeat(300_000)}]`);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('labelDelimiterOf', () => {
  it('finds the separator of labels that occur alone or in other lists', () => {
    expect(labelDelimiterOf(['a|b', 'b|c', 'a|c'])).toBe('|');
    expect(labelDelimiterOf(['joy; love', 'joy', 'love;fear', 'fear'])).toBe(';');
    expect(labelDelimiterOf(['joy, love', 'joy', 'love,fear', 'fear', 'love'])).toBe(',');
    expect(labelDelimiterOf(['0 3', '0', '3 27', '3', '27'])).toBe(' ');
  });

  it('leaves labels that are phrases', () => {
    expect(labelDelimiterOf(['very good', 'good', 'very bad', 'bad'])).toBeNull();
    expect(labelDelimiterOf(['New York', 'New Jersey', 'York'])).toBeNull();
    expect(labelDelimiterOf(['science fiction', 'fiction', 'science'])).toBeNull();
    expect(labelDelimiterOf(['Paris, France', 'Rome, Italy', 'Nice, France'])).toBeNull();
    expect(labelDelimiterOf(['a', 'b'])).toBeNull();
    expect(labelDelimiterOf(['a|a', 'b|a', 'b'])).toBeNull();
    expect(labelDelimiterOf(['a|b', 'b|c', 'a|c', 3])).toBeNull();
  });
});
