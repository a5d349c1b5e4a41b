import { lookAlikesIn } from '../../../src/core/data/lookAlikeLabels.js';
import { describe, expect, it } from 'vitest';
import {
  PROFILE_WARNINGS,
  dataProfileSchema,
  type DataProfile,
  type ShiftedFacts,
} from '../../../src/core/profile/profile.js';
import { ProfileCollector } from '../../../src/core/profile/profileCollector.js';
import { usualOverSplit } from '../../../src/core/profile/profileBaseline.js';
import { ENGLISH, renderProblem } from '../../../src/core/messages/render.js';
import { message, problem, verbatim } from '../../../src/core/messages/message.js';
import { warningsBeforeTraining, warningsOf } from '../../../src/core/profile/profileWarnings.js';

const model = { name: 'small-en', vocabularySize: 8192, maxLength: 64, languages: ['en'] };

/** A profile of ordinary data about which there is nothing to say. */
const QUIET: DataProfile = {
  ...new ProfileCollector({ model, tokenizer: null, cleaning: [] }).profile({
    isComplete: true,
    columns: null,
  }),
  total: { records: 1000, characters: 600_000, words: 100_000, tokens: 130_000 },
  examined: { records: 1000, share: 1 },
  languages: {
    ...{ judged: 300, sampled: 400, certainty: 'high', scripts: [{ name: 'Latin', share: 1 }] },
    found: [{ code: 'en', name: 'English', share: 1 }],
  },
  vocabulary: {
    ...{ words: 100_000, tokensPerWord: 1.3, unknown: 0, overSplit: 1500, pieces: 4 },
    ...{ unknownWords: [], overSplitWords: [] },
  },
};

const labels = (classes: Record<string, number>): DataProfile['labels'] => ({
  column: 'label',
  labelled: Object.values(classes).reduce((a, b) => a + b, 0),
  missing: 0,
  kind: 'classes',
  distinct: Object.keys(classes).length,
  classes: Object.entries(classes).map(([label, count]) => ({ label, count })),
  lookAlikes: lookAlikesIn(new Map(Object.entries(classes))).map(({ into, spellings }) => ({
    into,
    spellings: [...spellings],
  })),
  typos: [],
  absent: [],
  numbers: null,
});

const score = (loss: number): DataProfile['score'] => ({
  ...{ loss, standardError: 0.05, perplexity: Math.exp(loss), maskedTokens: 800, sequences: 90 },
  baseline: { loss: 4.166, source: verbatim('card') },
});

const shifted = (change: Partial<ShiftedFacts>): Pick<DataProfile, 'labels' | 'shifted'> => ({
  labels: labels({ yes: 600, no: 400 }),
  shifted: {
    ...{ texts: 120, compared: 120, unlabeled: 0, skipped: 0, skippedExample: null },
    labels: [
      { label: 'yes', count: 60 },
      { label: 'no', count: 60 },
    ],
    otherLabels: [],
    absentLabels: [],
    overlap: { exact: 0, near: 0, places: [] },
    copies: 0,
    ...change,
  },
});

const leaks = (withLabel: number, share: number): DataProfile['leaks'] => ({
  ...{ texts: 1000, tests: 100, count: 1, unstable: 0 },
  found: [
    {
      ...{ cue: { kind: 'word', word: 'zzz' }, label: 'yes', texts: Math.round(withLabel / share) },
      ...{ withLabel, share, baseShare: 0.5, z: 20, pValue: 0, adjustedP: 0 },
      ...{ places: [], shifted: null },
    },
  ],
});

/** For each warning data that must have it, and the nearest data that must not. */
const CASES: Record<
  DataProfile['warnings'][number]['code'],
  { says: RegExp; with: Partial<DataProfile>; without: Partial<DataProfile> }
> = {
  'no-text': {
    says: /contains no words/,
    with: { total: { ...QUIET.total, words: 0 } },
    without: { total: { ...QUIET.total, words: 0 }, isComplete: false },
  },
  refused: {
    says: /^A run would refuse this data: a\.csv, line 5: The text is empty\./,
    with: {
      refusal: {
        code: 'Data',
        details: { file: 'a.csv', row: 5, problem: problem('data.emptyText') },
      },
    },
    without: {},
  },
  'tiny-data': {
    says: /is small: 1,200 tokens/,
    with: { total: { ...QUIET.total, tokens: 1200 } },
    without: { total: { ...QUIET.total, tokens: 25_000 } },
  },
  'skipped-data': {
    says: /2 rows or files could not be read. First: a.csv, line 3: has a quote/,
    with: {
      files: {
        ...QUIET.files,
        skipped: 2,
        skippedExamples: [verbatim('a.csv, line 3: has a quote')],
      },
    },
    without: {},
  },
  'file-doubts': {
    says: /The first line of a.csv looks like a row/,
    with: { doubts: [message('data.firstLineIsRow', { file: 'a.csv', line: 'x | y' })] },
    without: {},
  },
  'empty-records': {
    says: /60 records \(6\.0%\) have no text/,
    with: { empty: 60 },
    without: { empty: 40 },
  },
  'other-language': {
    says: /90\.0% of the text is in German, but small-en was trained on English/,
    with: {
      languages: {
        ...QUIET.languages,
        found: [
          { code: 'de', name: 'German', share: 0.9 },
          { code: 'en', name: 'English', share: 0.1 },
        ],
      },
    },
    without: {
      languages: { ...QUIET.languages, found: [{ code: 'de', name: 'German', share: 1 }] },
      model: { ...model, languages: ['multilingual'] },
    },
  },
  'unknown-words': {
    says: /1\.0% of the words contain characters that are not in the vocabulary of small-en\./,
    with: { vocabulary: { ...QUIET.vocabulary!, unknown: 1000 } },
    without: { vocabulary: { ...QUIET.vocabulary!, unknown: 100 } },
  },
  'split-words': {
    says: /8\.0% of the words are split into 4 pieces or more, while about 2\.0% is typical, such as myocarditis/,
    with: {
      vocabulary: {
        ...QUIET.vocabulary!,
        overSplit: 8000,
        overSplitWords: [{ term: 'myocarditis', count: 9, pieces: ['m', 'yo', 'card', 'itis'] }],
      },
    },
    without: { vocabulary: { ...QUIET.vocabulary!, overSplit: 3500 } },
  },
  'held-out-loss': {
    says: /much worse than its own data: perplexity 403 instead of 64\.5/,
    with: { score: score(6) },
    without: { score: score(4.6) },
  },
  duplicates: {
    says: /60 records \(6\.0%\) repeat an earlier one/,
    with: { duplicates: { ...QUIET.duplicates, exact: 60, exactShare: 0.06 } },
    without: { duplicates: { ...QUIET.duplicates, exact: 40, exactShare: 0.04 } },
  },
  'near-duplicates': {
    says: /80 texts are near-duplicates of others \(8\.0% of 1,000 compared\)/,
    with: { duplicates: { ...QUIET.duplicates, near: 80, compared: 1000 } },
    without: { duplicates: { ...QUIET.duplicates, near: 20, compared: 1000 } },
  },
  'split-overlap': {
    says: /1 text is in more than one split/,
    with: { duplicates: { ...QUIET.duplicates, acrossSplits: 1 } },
    without: {},
  },
  'conflicting-labels': {
    says: /3 texts occur with different labels/,
    with: {
      labels: labels({ a: 500, b: 500 }),
      duplicates: { ...QUIET.duplicates, conflictingLabels: 3 },
    },
    without: { duplicates: { ...QUIET.duplicates, conflictingLabels: 3 } },
  },
  'one-label': {
    says: /Every record has the same label, "a"/,
    with: { labels: labels({ a: 1000 }) },
    without: { labels: labels({ a: 500, b: 500 }) },
  },
  'label-imbalance': {
    says: /"a" \(950\) and "b" \(50\)\./,
    with: { labels: labels({ a: 950, b: 50 }) },
    without: { labels: labels({ a: 800, b: 200 }) },
  },
  'rare-labels': {
    says: /1 label has fewer than 10 examples: "c" \(4\)/,
    with: { labels: labels({ a: 30, b: 66, c: 4 }) },
    without: { labels: labels({ a: 30, b: 60, c: 10 }) },
  },
  'look-alike-labels': {
    says: /differ only in their spelling: "Yes" \(600\) and "yes" \(400\)/,
    with: { labels: labels({ Yes: 600, yes: 400 }) },
    without: { labels: labels({ yes: 600, no: 400 }) },
  },
  'label-typos': {
    says: /2 rare labels seem to be misspelled, such as "postive" \(3\), which may be "positive"/,
    with: {
      labels: {
        ...labels({ positive: 600, negative: 400 })!,
        typos: [
          { label: 'postive', count: 3, meant: 'positive' },
          { label: 'negatve', count: 2, meant: 'negative' },
        ],
      },
    },
    without: { labels: labels({ positive: 600, negative: 400 }) },
  },
  'missing-labels': {
    says: /^50 rows \(4\.8%\) have no label/,
    with: { labels: { ...labels({ yes: 600, no: 400 })!, missing: 50 } },
    without: { labels: labels({ yes: 600, no: 400 }) },
  },
  'split-labels': {
    says: /of some labels: the training split lacks "no" and the test split lacks "yes"/,
    with: {
      labels: {
        ...labels({ yes: 600, no: 400 })!,
        absent: [
          { split: 'train', labels: ['no'] },
          { split: 'test', labels: ['yes'] },
        ],
      },
    },
    without: { labels: labels({ yes: 600, no: 400 }) },
  },
  'label-leak': {
    says: /: “zzz”\. 98\.0% of the 408 texts with it are labeled "yes", and 80\.0% of the texts/,
    with: { leaks: leaks(400, 0.98) },
    without: { leaks: leaks(100, 0.98) },
  },
  'shifted-skipped': {
    says: /2 rows or files of the shifted sample could not be read. First: b.csv, line 3/,
    with: shifted({ skipped: 2, skippedExample: verbatim('b.csv, line 3') }),
    without: shifted({}),
  },
  'shifted-unlabeled': {
    says: /^7 texts of the shifted sample have no label/,
    with: shifted({ unlabeled: 7 }),
    without: shifted({}),
  },
  'shifted-other-labels': {
    says: /^3 texts .* labels that the training data lacks: "Yes" \(2\) and "maybe" \(1\)/,
    with: shifted({
      otherLabels: [
        { label: 'Yes', count: 2 },
        { label: 'maybe', count: 1 },
      ],
    }),
    without: shifted({}),
  },
  'shifted-overlap': {
    says: /^5 texts .* training data \(3 identical, 2 nearly identical\), such as b.csv, line 9\. They/,
    with: shifted({ overlap: { exact: 3, near: 2, places: [{ file: 'b.csv', line: 9 }] } }),
    without: shifted({}),
  },
  'shifted-copies': {
    says: /^12 texts of the shifted sample are copies of others with the same label\. They/,
    with: shifted({ copies: 12 }),
    without: shifted({}),
  },
  'shifted-one-label': {
    says: /^Every compared text of the shifted sample is labeled "yes"/,
    with: shifted({ labels: [{ label: 'yes', count: 120 }], absentLabels: ['no'] }),
    without: shifted({}),
  },
  'shifted-absent-labels': {
    says: /has no text labeled "maybe"/,
    with: shifted({ absentLabels: ['maybe'] }),
    without: shifted({}),
  },
  'shifted-small': {
    says: /^Only 99 texts of the shifted sample/,
    with: shifted({ compared: 99 }),
    without: shifted({ compared: 100 }),
  },
  'too-long': {
    says: /10\.0% of the rows are longer than .* small-en, 64 tokens/,
    with: { tableRecords: 1000, lengths: { ...QUIET.lengths, longer: 600, longerRows: 100 } },
    without: { tableRecords: 1000, lengths: { ...QUIET.lengths, longer: 600 } },
  },
  boilerplate: {
    says: /"All rights reserved." \(40 times\)/,
    with: { boilerplate: [{ text: 'All rights reserved.', count: 40 }] },
    without: {
      boilerplate: [{ text: 'All rights reserved.', count: 40 }],
      cleaning: ['boilerplate'],
    },
  },
  'personal-data': {
    says: /12 email addresses and 1 phone number\./,
    with: {
      personalData: [
        { kind: 'email', count: 12 },
        { kind: 'phone', count: 1 },
      ],
    },
    without: {},
  },
};

describe('warnings of a profile', () => {
  it('has nothing to say about ordinary data, which is a valid profile', () => {
    expect(warningsOf(QUIET)).toEqual([]);
    expect(dataProfileSchema.safeParse(QUIET).error).toBeUndefined();
  });

  it.each(PROFILE_WARNINGS)('warns of %s where it is so, and only there', (code) => {
    const { says, with: bad, without } = CASES[code];
    const found = warningsOf({ ...QUIET, ...bad });
    expect(found.map((warning) => warning.code)).toEqual([code]);
    const { message, remedy } = renderProblem(found[0]!.finding, ENGLISH);
    expect(message).toMatch(says);
    expect(message).not.toMatch(/[{}]/);
    expect(remedy).toMatch(/\w+\.$/);
    expect(warningsOf({ ...QUIET, ...without })).toEqual([]);
  });

  it('puts problems first, and tells all of them before training', () => {
    const warnings = warningsOf({
      ...QUIET,
      ...CASES['duplicates'].with,
      ...CASES['other-language'].with,
    });
    expect(warnings.map(({ code }) => code)).toEqual(['other-language', 'duplicates']);
    expect(warningsBeforeTraining({ ...QUIET, warnings }).map(({ id }) => id)).toEqual([
      'profile.otherLanguage',
      'profile.duplicates',
    ]);
    expect(warningsBeforeTraining({ ...QUIET, warnings: [] })).toEqual([]);
  });

  it('expects a larger vocabulary to split fewer words', () => {
    expect(usualOverSplit(8192)).toBeCloseTo(0.02, 2);
    expect(usualOverSplit(30_522)).toBeLessThan(usualOverSplit(8192) / 3);
  });
});
