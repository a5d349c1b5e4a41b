import { describe, expect, it } from 'vitest';
import {
  LabelsByLook,
  lookAlikesIn,
  mergedLabels,
} from '../../../src/core/data/lookAlikeLabels.js';

const groupsOf = (...labels: string[]): string[][] =>
  lookAlikesIn(new Map(labels.map((label, i) => [label, labels.length - i]))).map(({ spellings }) =>
    spellings.map(({ label }) => label),
  );

describe('labels that look alike', () => {
  it.each([
    ['Unicode form', ['caf\u00e9', 'cafe\u0301']],
    ['case', ['Positive', 'positive', 'POSITIVE']],
    ['the format of a number', ['0', '0.0', '00']],
    ['inner blanks', ['very good', 'very  good', 'very\u00a0good', 'very\tgood']],
    ['outer blanks', ['good', ' good', 'good\u3000']],
    ['full width', ['A1', '\uff21\uff11']],
    ['invisible characters', ['good', 'go\u200bod', '\ufeffgood']],
  ])('differ in %s', (_, labels) => {
    expect(groupsOf(...labels)).toEqual([labels]);
  });

  it.each([
    ['accents', ['cafe', 'caf\u00e9']],
    ['numbers', ['1', '10', '-1', '1e1']],
    ['words', ['very good', 'verygood', 'good']],
    ['tags', ['B-PER', 'I-PER', 'O']],
  ])('are not labels that differ in %s', (_, labels) => {
    expect(groupsOf(...labels)).toEqual([]);
  });

  it('are replaced by the most frequent one', () => {
    const counts = new Map([
      ['Yes', 2],
      ['yes', 5],
      ['no', 1],
      ['YES', 5],
    ]);
    expect(mergedLabels(lookAlikesIn(counts))).toEqual({ Yes: 'YES', yes: 'YES' });
  });
});

describe('labels of a model', () => {
  const known = new LabelsByLook(['Good', 'bad', 'BAD', '1.0']);

  it('are found by spellings that look like them, and otherwise not', () => {
    expect(['Good', ' good ', 'GOOD', '1', '1.00'].map((label) => known.like(label))).toEqual([
      ...['Good', 'Good', 'Good', '1.0', '1.0'],
    ]);
    expect(known.like('better')).toBeNull();
  });

  it('that look alike are told apart by their spelling alone', () => {
    expect(known.like('bad')).toBe('bad');
    expect(known.like('BAD')).toBe('BAD');
    expect(known.like('Bad')).toBeNull();
  });
});
