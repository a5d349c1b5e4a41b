import { describe, expect, it } from 'vitest';
import {
  guessColumns,
  guessTextColumns,
  splitNameOf,
  type NamedTextColumns,
} from '../../../src/core/data/columns.js';
import type { TextColumns } from '../../../src/core/data/records.js';

const guess = (rows: readonly Record<string, unknown>[], named?: NamedTextColumns): TextColumns =>
  guessTextColumns(
    rows.map((values, i) => ({ file: 'a.csv', line: i + 2, values })),
    named,
  );
const none = { pair: null, label: null, group: null, split: null };

describe('guessColumns', () => {
  const columnsOf = (rows: readonly Record<string, unknown>[]) =>
    guessColumns(rows.map((values, i) => ({ file: 'a.csv', line: i + 2, values })));

  it('takes the column with longer values for the text where names say nothing', () => {
    expect(columnsOf([{ a: 'x', b: 'many words in a row' }])).toMatchObject({
      ...{ text: 'b', labels: ['a'] },
    });
  });

  it('takes the column whose values repeat for the label, however long its values are', () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      headline: `Day ${i}`,
      path: ['News > Politics > Elections', 'News > Sports > Football'][i % 2]!,
    }));
    for (const ordered of [
      rows.map(({ headline: a, path: b }) => ({ a, b })),
      rows.map(({ headline: a, path: b }) => ({ b, a })),
    ]) {
      expect(columnsOf(ordered)).toMatchObject({ text: 'a', labels: ['b'] });
    }
    // Seven rows do not show whether values repeat.
    expect(columnsOf(rows.slice(0, 7).map(({ headline: a, path: b }) => ({ a, b }))).text).toBe(
      'b',
    );
  });
});

describe('guessTextColumns', () => {
  it('goes by names, of which only the text must be there', () => {
    expect(guess([{ text: 'a' }])).toEqual({ ...none, text: 'text' });
    expect(guess([{ id: 1, Premise: 'a', hypothesis: 'b', gold: 'x', 'Patient-ID': 7 }])).toEqual({
      ...none,
      ...{ text: 'Premise', pair: 'hypothesis', label: 'gold', group: 'Patient-ID' },
    });
    expect(guess([{ tokens: ['a'], ner_tags: ['O'], text: 'a' }])).toMatchObject({
      ...{ text: 'tokens', pair: null, label: 'ner_tags' },
    });
  });

  it('goes by the longest texts where names say nothing', () => {
    expect(guess([{ a: '12', b: 'many words in a row', c: 'x' }]).text).toBe('b');
    expect(() => guess([{ a: 'as long', b: 'as this' }])).toThrow(
      /text column cannot be determined/,
    );
    expect(() => guess([{ a: 1, b: 2 }])).toThrow(/text column cannot be determined/);
  });

  it('passes over columns that are empty, and refuses one that is named', () => {
    const rows = [
      { text: '', body: 'x' },
      { text: ' ', body: 'y' },
    ];
    expect(guess(rows).text).toBe('body');
    expect(() => guess(rows, { text: 'text' })).toThrow(/empty in all of the first rows/);
  });

  it('takes a column for a split only where its values name splits', () => {
    expect(
      guess([
        { text: 'a', split: 'train' },
        { text: 'b', split: 'Dev' },
      ]).split,
    ).toBe('split');
    expect(
      guess([
        { text: 'a', split: 'train' },
        { text: 'b', split: 'left' },
      ]).split,
    ).toBeNull();
  });

  it('takes what is named, null included, and refuses names that are not there', () => {
    const row = { text: 'a', label: 'x', author: 'b', body: 'c' };
    expect(guess([row], { text: 'body', label: null, group: null })).toEqual({
      ...none,
      text: 'body',
    });
    expect(() => guess([row], { group: 'patient' })).toThrow(/no column/);
  });

  it('knows the names of splits however they are spelled', () => {
    const spelled = {
      train: ['train', 'TRAIN', ' training '],
      heldOut: ['valid', 'validation', 'val', 'dev', 'held-out', 'heldout', 'Held Out', 'eval'],
      test: ['test', 'Testing'],
    } as const;
    for (const [name, values] of Object.entries(spelled)) {
      for (const value of values) expect(splitNameOf(value), value).toBe(name);
    }
    for (const value of ['unsupervised', 3, null, '__proto__']) {
      expect(splitNameOf(value)).toBeNull();
    }
  });
});
