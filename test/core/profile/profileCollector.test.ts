import { detectLanguages } from '../../../src/core/profile/detectLanguages.js';
import { describe, expect, it } from 'vitest';
import type { DataProfile } from '../../../src/core/profile/profile.js';
import {
  ProfileCollector,
  type ProfileOptions,
} from '../../../src/core/profile/profileCollector.js';
import type { PersonalData } from '../../../src/core/masking/policy/policy.js';
import type { TextRecord } from '../../../src/core/data/records.js';
import { stopWordsOf } from '../../../src/core/profile/functionWords.js';
import { randomStream, shuffled } from '../../../src/core/random.js';
import { AlignedText } from '../../../src/core/text/alignedText.js';
import { parseTokenizer } from '../../../src/core/tokenizer/definition/parseTokenizer.js';
import {
  BERT_SPECIAL_TOKENS,
  wordPieceDefinition,
} from '../../../src/core/tokenizer/definition/wordPieceDefinition.js';

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz.');
const tokenizer = parseTokenizer(
  wordPieceDefinition(
    [
      ...BERT_SPECIAL_TOKENS,
      ...LETTERS,
      ...LETTERS.map((c) => `##${c}`),
      'the',
      'cat',
      'sat',
      'ox',
    ],
    { lowercase: true },
  ),
  { path: 'tokenizer.json' },
);
const model = { name: 'tiny', vocabularySize: 60, maxLength: 12, languages: ['en'] };

function record(text: string, more: Partial<TextRecord> = {}): TextRecord {
  return {
    ...{ file: 'a.txt', line: 1, text: AlignedText.of(text), pair: null, label: null },
    ...{ group: null, split: null, values: null },
    ...more,
  };
}

function row(text: string, more: Partial<TextRecord> = {}): TextRecord {
  return record(text, { file: 'a.csv', values: { text }, ...more });
}

function profileOf(
  records: readonly TextRecord[],
  options: Partial<ProfileOptions> = {},
): DataProfile {
  const collector = new ProfileCollector({
    ...{ model, tokenizer, cleaning: [], detectLanguages },
    ...options,
  });
  for (const each of records) collector.add(each);
  return collector.profile({ isComplete: true, columns: null });
}

describe('a profile', () => {
  it('lists no words of absurd length', () => {
    const profile = profileOf([record(`the ${'a'.repeat(1_000_000)} the cat`)]);
    expect(profile.vocabulary?.unknown).toBe(1);
    expect(JSON.stringify(profile).length).toBeLessThan(20_000);
  });

  it('counts records, words, characters and tokens, by file and by format', () => {
    const profile = profileOf([
      record('The cat sat.'),
      record('the ox'),
      record('the cat', { file: 'notes/b.md' }),
    ]);
    expect(profile.total).toEqual({ records: 3, characters: 25, words: 7, tokens: 8 });
    expect(profile.files.formats).toEqual([
      { format: 'txt', files: 1, bytes: 0, records: 2, characters: 18, words: 5 },
      { format: 'md', files: 1, bytes: 0, records: 1, characters: 7, words: 2 },
    ]);
    expect(profile.files.largest.map(({ file }) => file)).toEqual(['a.txt', 'notes/b.md']);
  });

  it('measures lengths with the special tokens that the model sees', () => {
    const profile = profileOf([
      record('the cat sat.'),
      record('the ox'),
      record('the '.repeat(11)),
    ]);
    const quantile = (share: number): number =>
      profile.lengths.quantiles.find((each) => each.share === share)!.value;
    expect([quantile(0), quantile(0.5), quantile(1)]).toEqual([4, 6, 13]);
    expect(profile.lengths.longer).toBe(1);
    expect(profile.lengths.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it('measures pairs together', () => {
    const { lengths } = profileOf([row('the cat', { pair: 'the ox sat' })]);
    expect(lengths.mean).toBe(5 + tokenizer.pairFrameSize);
  });

  it('finds words that the tokenizer does not know and those that it breaks up, with counts', () => {
    const { vocabulary } = profileOf([
      record('The Queequeg sat. Queequeg’s cat Ж sat'),
      record('the Ж queequeg'),
    ]);
    expect(vocabulary).toMatchObject({ words: 10, unknown: 2, overSplit: 3, unknownWords: [] });
    expect(vocabulary!.overSplitWords).toEqual([
      { term: 'queequeg', count: 3, pieces: Array.from('queequeg') },
    ]);
  });

  it('takes words of scripts without spaces by segmentation, and their characters for no split', () => {
    const text = '今日は天気がいいですね。東京へ行きましょう。';
    const { total, vocabulary, languages } = profileOf([record(text.repeat(4))]);
    expect(total.words).toBeGreaterThan(4 * 7);
    expect(total.words).toBeLessThan(text.length * 4 - 8);
    expect(vocabulary!.overSplit).toBe(0);
    expect(vocabulary!.unknown).toBe(total.words);
    expect(languages.found[0]).toMatchObject({ code: 'ja', name: 'Japanese' });
    expect(languages.scripts.map(({ name }) => name).sort()).toEqual(['Han', 'Hiragana']);
  });

  it('finds texts that repeat, those in two splits and those with two labels', () => {
    const { duplicates } = profileOf([
      row('the cat sat', { label: 'a', split: 'train' }),
      row('the  cat sat ', { label: 'b', split: 'train' }),
      row('the ox', { label: 'a', split: 'train' }),
      row('the ox', { label: 'a', split: 'test' }),
      row('the ox', { label: 'a', split: 'test' }),
    ]);
    expect(duplicates).toMatchObject({ exact: 3, exactShare: 0.6, isEstimate: false });
    expect(duplicates).toMatchObject({ acrossSplits: 1, conflictingLabels: 1 });
    expect(duplicates.examples[0]).toEqual({ text: 'the ox', count: 3 });
  });

  it('lets headings of running text repeat', () => {
    const heading = record('Chapter 1');
    expect(profileOf([heading, heading]).duplicates.exact).toBe(0);
    expect(profileOf([row('Chapter 1'), row('Chapter 1')]).duplicates.exact).toBe(1);
  });

  it('counts labels, lists of labels item by item, and measures numbers', () => {
    const classes = profileOf([
      row('one', { label: 'spam' }),
      row('two', { label: ['spam', 'rude'] }),
      row('three', { label: '' }),
    ]).labels;
    expect(classes).toMatchObject({ kind: 'classes', labelled: 2, missing: 1, distinct: 2 });
    expect(classes!.classes).toEqual([
      { label: 'spam', count: 2 },
      { label: 'rude', count: 1 },
    ]);
    const numbers = profileOf(
      Array.from({ length: 101 }, (_, i) => row(`row ${i}`, { label: i / 10 })),
    ).labels;
    expect(numbers).toMatchObject({ kind: 'numbers', distinct: 101, classes: [] });
    expect(numbers!.numbers).toEqual({ least: 0, most: 10, mean: 5, deviation: 2.91548 });
  });

  it('counts empty and very short records, groups and splits', () => {
    const profile = profileOf([
      row('', { group: 'x', split: 'train' }),
      row('ox', { group: 'x', split: 'train' }),
      row('the cat sat', { group: 'y' }),
    ]);
    expect(profile).toMatchObject({ empty: 1, veryShort: 1, tableRecords: 3 });
    expect(profile.groups).toEqual({ count: 2, largest: 2, isEstimate: false });
    expect(profile.splits).toEqual([
      { name: 'train', records: 2 },
      { name: 'none', records: 1 },
    ]);
  });

  it('lists terms without stop words, and those that the vocabulary does not lead to expect', () => {
    const { terms } = profileOf(
      Array.from({ length: 10 }, () => record('The cat and the harpoon. The cat sat and sat')),
      { stopWords: () => null },
    );
    // No list for this language, and every text has every word.
    expect(terms.frequent).toEqual([]);
    const english = Array.from({ length: 10 }, (_, i) =>
      record(`The people who were in the house saw that the cat and the harpoon ${'x'.repeat(i)}`),
    );
    const known = profileOf(english, {
      stopWords: (code) =>
        code === 'en'
          ? new Set(['the', 'and', 'who', 'were', 'in', 'that', 'people', 'saw'])
          : null,
    }).terms;
    expect(known.frequent.slice(0, 3)).toEqual([
      { term: 'cat', count: 10 },
      { term: 'harpoon', count: 10 },
      { term: 'house', count: 10 },
    ]);
    // `cat` is a single token; the others are spelled.
    expect(known.distinctive.map(({ term }) => term).indexOf('cat')).toBeGreaterThan(
      known.distinctive.map(({ term }) => term).indexOf('harpoon'),
    );
  });

  it('leaves out the stop words of every language that the text is in', () => {
    const sentences = [
      'The captain was on the ship with his men when the storm came over the sea at night',
      'Der Kapitän war mit seinen Leuten auf dem Schiff, als in der Nacht der Sturm kam',
    ];
    const records = Array.from({ length: 40 }, (_, i) => record(`${sentences[i % 2]!} ${i}.`));
    const { frequent } = profileOf(records, { stopWords: stopWordsOf }).terms;
    const terms = frequent.map(({ term }) => term);
    expect(terms).toEqual(expect.arrayContaining(['captain', 'kapitän', 'storm', 'sturm']));
    for (const word of ['the', 'his', 'der', 'mit', 'seinen']) expect(terms).not.toContain(word);
  });

  it('counts personal data by kind and shows none of it', () => {
    const find = (text: string): { start: number; end: number; kind: PersonalData }[] =>
      [...text.matchAll(/secret\w*/g)].map(({ index, 0: word }) => ({
        ...{ start: index, end: index + word.length, kind: 'key' },
      }));
    const line = 'a line that comes again with secretzzz in it';
    const profile = profileOf(
      Array.from({ length: 20 }, () => record(`${line}\n${line} and so on`)),
      { findPersonalData: find },
    );
    expect(profile.personalData).toEqual([{ kind: 'key', count: 40 }]);
    expect(profile.boilerplate[0]).toEqual({
      text: 'a line that comes again with [key] in it',
      count: 20,
    });
    expect(JSON.stringify(profile)).not.toContain('secret');
  });

  it('does not depend on the order of the records', () => {
    const random = randomStream('profile test');
    const words = ['the', 'cat', 'sat', 'ox', 'queequeg', 'harpoon', 'ein', 'Hund', '犬'];
    const records = Array.from({ length: 1500 }, (_, i) =>
      row(
        Array.from(
          { length: 1 + Math.floor(random() * 20) },
          () => words[Math.floor(random() * 9)],
        ).join(' '),
        {
          label: i % 7,
          group: `g${i % 11}`,
          split: i % 3 === 0 ? 'test' : 'train',
          file: `${i % 4}.csv`,
        },
      ),
    );
    const whole = (order: readonly TextRecord[]): DataProfile => ({
      ...profileOf(order),
      createdAt: '',
    });
    const profile = whole(records);
    expect(whole(shuffled(records, random))).toEqual(profile);
    expect(profile.languages.sampled).toBe(400);
  });
});
