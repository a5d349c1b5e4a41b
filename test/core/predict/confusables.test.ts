import { describe, expect, it } from 'vitest';
import { Confusables } from '../../../src/core/predict/confusables.js';
import { CONFUSED_WORDS } from '../../../src/core/predict/confusedWords.js';

const LIST = [
  'receive',
  'relieve',
  'deceive',
  'form',
  'from',
  'farm',
  'sea',
  'see',
  'Paris',
  'cat',
];
const confusables = new Confusables(LIST);
const of = (word: string): string[] =>
  confusables.of(word).map((found) => `${found.confusion} ${found.word}`);

describe('Confusables', () => {
  it('finds known words one edit away from an unknown word', () => {
    expect(of('recieve')).toEqual(['misspelled receive', 'misspelled relieve']);
    expect(of('harpoon')).toEqual([]);
    expect(of('ca')).toEqual([]);
  });

  it('finds words that sound like a known word, and known words one edit away', () => {
    expect(of('sea')).toEqual(['confused see']);
    expect(of('form')).toEqual(['mistyped from', 'mistyped farm']);
    expect(of("it's")).toEqual(['confused its']);
    expect(of('it’s')).toEqual(['confused its']);
  });

  it('finds nothing for names, other letters and digits', () => {
    for (const word of ['Form', 'pariss', 'naïve', 'x86', 'ÇA', '']) expect(of(word)).toEqual([]);
    expect(confusables.knows('paris')).toBe(true);
  });
});

describe('CONFUSED_WORDS', () => {
  it('has each pair in both directions', () => {
    for (const [word, others] of CONFUSED_WORDS) {
      expect(others).not.toContain(word);
      for (const other of others) expect(CONFUSED_WORDS.get(other)).toContain(word);
    }
  });
});
