import { expect, it } from 'vitest';
import { labelTyposIn } from '../../../src/core/data/labelTypos.js';

const typosIn = (counts: Record<string, number>): string[] =>
  labelTyposIn(new Map(Object.entries(counts))).map(({ label, meant }) => `${label} → ${meant}`);

it('finds rare labels within an edit or two of a frequent one', () => {
  expect(typosIn({ positive: 120, negative: 130, postive: 8, negatve: 3, neagtiev: 2 })).toEqual([
    'postive → positive',
    'negatve → negative',
    'neagtiev → negative',
  ]);
});

it.each([
  ['labels that are as frequent', { positive: 120, postive: 50 }],
  ['another word with two edits', { female: 500, male: 20 }],
  ['numbers', { 'class 1': 500, 'class 2': 20, 1000: 300, 1001: 2 }],
  ['short labels', { yes: 300, yet: 3, no: 200, on: 2 }],
  ['spellings that are merged instead', { Positive: 3, positive: 400 }],
  ['too many labels', Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`labl${i}`, 1]))],
])('takes %s for labels', (_, counts) => {
  expect(typosIn(counts)).toEqual([]);
});
