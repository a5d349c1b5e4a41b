import { describe, expect, it } from 'vitest';
import { guessFirstLine } from '../../../src/core/data/headerGuess.js';

const ROWS = [
  ['The room was cold and dirty', 'bad', '3'],
  ['We liked the quiet garden', 'good', '5'],
  ['The waiter forgot our order', 'bad', '2'],
  ['A lovely walk along the river', 'good', '4'],
];

describe('guessFirstLine', () => {
  it('knows a row by values that recur, by numbers and by sentences', () => {
    expect(guessFirstLine(['The soup was warm', 'good', '4'], ROWS)).toBe('row');
    expect(guessFirstLine(['7'], [['1'], ['2']])).toBe('row');
    expect(guessFirstLine(['The soup was warm'], [['The room was very cold']])).toBe('row');
    // A usual name of a column can be a label, too.
    expect(
      guessFirstLine(
        ['Who?', 'question'],
        [
          ['Me.', 'answer'],
          ['Why?', 'question'],
        ],
      ),
    ).toBe('row');
  });

  it('knows a header by usual names, and by names above numbers or labels', () => {
    expect(guessFirstLine(['review', 'y'], [['a', 'b']])).toBe('header');
    expect(
      guessFirstLine(
        ['Bewertung', 'Sterne'],
        [
          ['gut', '5'],
          ['schlecht', '1'],
        ],
      ),
    ).toBe('header');
    expect(guessFirstLine(['Satz', 'Urteil', 'Punkte'], ROWS)).toBe('header');
    expect(guessFirstLine(['How satisfied are you today?'], [['I was not happy with it']])).toBe(
      'unclear',
    );
    expect(guessFirstLine(['', 'Satz'], [['1', 'x']])).toBe('unclear');
  });
});
