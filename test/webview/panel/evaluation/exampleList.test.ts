import '../../../support/fakePage.js';
import { expect, it } from 'vitest';
import { captionOf } from '../../../../webview/panel/evaluation/exampleList.js';

const example = { file: 'a.csv', line: 2, text: 'x', expected: 'a', predicted: 'b', loss: 1 };
const all = { total: 1, examples: [example], cell: null, hasNumbers: false };
const cell = { expected: 'bad', predicted: 'good' };

it('says how many examples fit, and of which cell', () => {
  expect(captionOf(all)).toBe('highest loss first, 1 example');
  expect(captionOf({ ...all, total: 1200 })).toBe('highest loss first, 1 of 1,200');
  expect(captionOf({ ...all, cell })).toBe('label bad, prediction good: 1 example');
  expect(captionOf({ ...all, cell, total: 0, examples: [] })).toBe(
    'label bad, prediction good: 0 examples',
  );
});

it('says that no prediction is wrong', () => {
  expect(captionOf({ ...all, total: 0, examples: [] })).toBe('None: every prediction is right.');
});

it('falls back to the report for a run that did not record its examples', () => {
  expect(captionOf({ ...all, total: null })).toBe('highest loss first, 1 example');
  expect(captionOf({ ...all, total: null, examples: [], cell })).toMatch(/did not record/);
});
