import { describe, expect, it } from 'vitest';
import { spelledAsSounded } from '../../../src/core/predict/spelledAsSounded.js';

const KNOWN = new Set([
  'phone',
  'photograph',
  'enough',
  'thought',
  'station',
  'table',
  'delicious',
]);
const of = (word: string): string[] => spelledAsSounded(word, (other) => KNOWN.has(other));

describe('spelledAsSounded', () => {
  it.each([
    ['fone', 'phone'],
    ['fotograf', 'photograph'],
    ['enuff', 'enough'],
    ['thort', 'thought'],
    ['stashun', 'station'],
    ['delishus', 'delicious'],
  ])('%s may have been meant as %s', (written, meant) => {
    expect(of(written)).toEqual([meant]);
  });

  it('finds nothing for a word of other sounds, nor the word itself', () => {
    expect(of('harpoon')).toEqual([]);
    expect(of('phone')).toEqual([]);
  });

  it('ends for a long word of such letters', () => {
    expect(of('phough'.repeat(10))).toEqual([]);
  });
});
