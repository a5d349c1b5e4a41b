import { describe, expect, it } from 'vitest';
import {
  numberIn,
  numbersIn,
  oddOneIn,
  PLAIN_NUMBERS,
} from '../../../src/core/data/numberFormat.js';

const numbers = (values: readonly unknown[]): readonly number[] | undefined =>
  numbersIn(values)?.numbers;

describe('numbersIn', () => {
  it('decides the notation by the whole column', () => {
    expect(numbersIn(['1.5', 2, '-3e2'])).toEqual({
      format: PLAIN_NUMBERS,
      numbers: [1.5, 2, -300],
      missing: 0,
    });
    expect(numbers(['0,5', '1,25', '3'])).toEqual([0.5, 1.25, 3]);
    expect(numbers(['1.234,5', '12', '1.000.000,25'])).toEqual([1234.5, 12, 1000000.25]);
    expect(numbers(['1,234.5', '12', '1,000,000'])).toEqual([1234.5, 12, 1000000]);
    expect(numbers(['1 234,5', '7\u00a0000', '2\u202f500'])).toEqual([1234.5, 7000, 2500]);
    expect(numbers(["1'234.5", '1’000'])).toEqual([1234.5, 1000]);
    expect(numbers(['45%', '7.5 %', '100%'])).toEqual([45, 7.5, 100]);
    expect(numbers(['45,5%', '7 %'])).toEqual([45.5, 7]);
    expect(numbers(['\u22125,5', '1,5'])).toEqual([-5.5, 1.5]);
    // Thousands where nothing speaks against it; a group never begins with zero.
    expect(numbers(['1,234', '12,500'])).toEqual([1234, 12500]);
    expect(numbers(['1,234', '0,500'])).toEqual([1.234, 0.5]);
  });

  it('sees no numbers where notations are mixed, or in words', () => {
    for (const values of [
      ['1,5', '2.5'],
      ['50%', '0.5'],
      ['1,23,4'],
      ['good'],
      ['', 'nan'],
      ['1.2.3'],
      ['12a'],
    ]) {
      expect(numbersIn(values)).toBeNull();
    }
  });

  it('goes past values for missing numbers, and counts them', () => {
    expect(numbersIn(['0.5', 'nan', 'N/A', '-', 'Infinity', '0.7'])).toMatchObject({
      numbers: [0.5, 0.7],
      missing: 4,
    });
    expect(numberIn('nan')).toBeNull();
  });

  it('names what does not belong into a column of numbers', () => {
    expect(oddOneIn(['1.5', '2', '3', '4', 'about 5'])).toBe('about 5');
    expect(oddOneIn(['1,5', '2.5', '3,5', '4.5', '5,5'])).toBe('1,5');
    expect(oddOneIn(['good', 'bad', '1', '2', '3'])).toBeNull();
  });
});
