import { describe, expect, it } from 'vitest';
import { guessColumns } from '../../../src/core/data/columns.js';
import type { DataColumns, DataRecord } from '../../../src/core/data/labelledRows.js';
import { mergedLabels } from '../../../src/core/data/lookAlikeLabels.js';
import { LabelScan } from '../../../src/core/data/scanLabels.js';
import { orderLabels } from '../../../src/core/objectives/labelSet.js';
import type { TaskOptions } from '../../../src/core/objectives/objective.js';
import { labelledTask, likelyObjective } from '../../../src/core/objectives/objectives.js';

const record = (values: Record<string, unknown>, line = 2): DataRecord => ({
  file: 'a.csv',
  line,
  values,
});
const columns: DataColumns = { text: 'text', pair: null, labels: ['label'] };
const PLAIN: TaskOptions = { labelSmoothing: 0, classWeights: null, loss: null };

function scan(
  rows: readonly Record<string, unknown>[],
  options: {
    columns?: DataColumns;
    labelDelimiter?: string | null;
    heldOutFraction?: number;
    splitColumn?: string;
  } = {},
): LabelScan {
  const result = new LabelScan(
    { columns: options.columns ?? columns, labelDelimiter: options.labelDelimiter ?? null },
    {
      splitSeed: 0,
      heldOutFraction: options.heldOutFraction ?? 0,
      testFraction: 0,
      nearDuplicates: null,
      groupColumn: null,
      splitColumn: options.splitColumn ?? null,
      files: [],
    },
  );
  rows.forEach((values, i) => {
    result.add(record(values, i + 2));
  });
  result.finish();
  return result;
}
const labelled = (...labels: unknown[]): Record<string, unknown>[] =>
  labels.map((label, i) => ({ text: `text ${i}`, label }));

describe('guessColumns', () => {
  const guess = (values: Record<string, unknown>): DataColumns => guessColumns([record(values)]);

  it.each<[Record<string, unknown>, DataColumns]>([
    [
      { id: '1', Text: 'a b', Label: 'x' },
      { text: 'Text', pair: null, labels: ['Label'] },
    ],
    [
      { premise: 'a', hypothesis: 'b', label: '0' },
      { text: 'premise', pair: 'hypothesis', labels: ['label'] },
    ],
    [
      { sentence1: 'a', sentence2: 'b', score: '0.5' },
      { text: 'sentence1', pair: 'sentence2', labels: ['score'] },
    ],
    [
      { tokens: ['a'], ner_tags: ['O'] },
      { text: 'tokens', pair: null, labels: ['ner_tags'] },
    ],
    [
      { review: 'long', stars: '5' },
      { text: 'review', pair: null, labels: ['stars'] },
    ],
    [
      { zzz: 'a longer text', kind: 'x' },
      { text: 'zzz', pair: null, labels: ['kind'] },
    ],
    [
      { kind: 'x', zzz: 'a longer text' },
      { text: 'zzz', pair: null, labels: ['kind'] },
    ],
  ])('finds them in %j', (values, expected) => {
    expect(guess(values)).toEqual(expected);
  });

  it('leaves out what a person named, and checks it', () => {
    const values = { text: 'a', body: 'b', label: 'x' };
    expect(guessColumns([record(values)], { text: 'body' }).text).toBe('body');
    expect(
      guessColumns([record({ text: 'a', answer: 'b', label: 'x' })], { pair: null }).pair,
    ).toBe(null);
    expect(() => guessColumns([record(values)], { labels: ['lable'] })).toThrow(/no column/);
  });

  it('asks where names say nothing', () => {
    expect(() => guess({ a: 'x', b: 'y', c: 'z' })).toThrow(/--text-column/);
    expect(() => guess({ text: 'x', b: 'y', c: 'z' })).toThrow(/--label-column/);
  });
});

describe('LabelScan', () => {
  it('guesses the task from the values', () => {
    expect(likelyObjective(scan(labelled('a', 'b'))).kind).toBe('classification');
    expect(likelyObjective(scan(labelled('0', '1'))).kind).toBe('classification');
    expect(likelyObjective(scan(labelled('0.5', '1'))).kind).toBe('regression');
    expect(likelyObjective(scan(labelled(...Array.from({ length: 30 }, (_, i) => i)))).kind).toBe(
      'regression',
    );
    expect(likelyObjective(scan([{ text: ['a'], label: ['O'] }])).kind).toBe(
      'token-classification',
    );
    const flags = { ...columns, labels: ['rude', 'spam'] };
    expect(
      likelyObjective(scan([{ text: 'a', rude: '0', spam: '1' }], { columns: flags })).kind,
    ).toBe('classification');
    expect(
      likelyObjective(scan([{ text: 'a', rude: '0.2', spam: '1' }], { columns: flags })).kind,
    ).toBe('regression');
  });

  it('finds one label a text', () => {
    expect(labelledTask(scan(labelled('no', 'yes', 'no')), 'classification', PLAIN)).toEqual({
      kind: 'classification',
      labels: ['no', 'yes'],
      multiLabel: false,
      loss: 'crossEntropy',
      labelSmoothing: 0,
      classWeights: null,
    });
  });

  it.each([
    [
      'a list',
      [
        { text: 'a', label: ['x', 'y'] },
        { text: 'b', label: [] },
      ],
      {},
    ],
    [
      'the text of a list',
      [
        { text: 'a', label: '["x","y"]' },
        { text: 'b', label: '[]' },
      ],
      {},
    ],
    [
      'a delimiter',
      [
        { text: 'a', label: 'y; x' },
        { text: 'b', label: '' },
      ],
      { labelDelimiter: ';' },
    ],
  ])('finds several labels a text in %s', (_, rows, options) => {
    expect(labelledTask(scan(rows, options), 'classification', PLAIN)).toMatchObject({
      labels: ['x', 'y'],
      multiLabel: true,
      loss: 'binaryCrossEntropy',
    });
  });

  it('finds several labels in columns of 0 and 1', () => {
    const rows = [
      { text: 'a', rude: '1', spam: '0' },
      { text: 'b', rude: '0', spam: '1' },
    ];
    const options = { columns: { ...columns, labels: ['rude', 'spam'] } };
    expect(labelledTask(scan(rows, options), 'classification', PLAIN)).toMatchObject({
      labels: ['rude', 'spam'],
      multiLabel: true,
    });
    const wrong = [{ text: 'a', rude: 'maybe', spam: '0' }];
    expect(() => labelledTask(scan(wrong, options), 'classification', PLAIN)).toThrow(
      /Expected 0 or 1 but found/,
    );
  });

  it('finds the tags of words, the outside first', () => {
    const rows = [{ text: ['a', 'b', 'c'], label: ['I-X', 'O', 'B-X'] }];
    expect(labelledTask(scan(rows), 'token-classification', PLAIN)).toMatchObject({
      labels: ['O', 'B-X', 'I-X'],
    });
    expect(() => scan([{ text: ['a', 'b'], label: ['O'] }])).toThrow(/Found 1 tag for 2 words/);
  });

  it('weighs rare labels of the training split more, as scikit-learn does', () => {
    const task = labelledTask(scan(labelled('a', 'a', 'a', 'b')), 'classification', {
      ...PLAIN,
      classWeights: 'balanced',
    });
    expect(task).toMatchObject({ classWeights: [0.75, 1.5] });
    expect(() =>
      labelledTask(scan(labelled('a', 'b')), 'classification', { ...PLAIN, classWeights: [1] }),
    ).toThrow(/Expected one class weight/);
  });

  it('refuses labels that nothing can be learned from', () => {
    expect(() => labelledTask(scan(labelled('a', 'a')), 'classification', PLAIN)).toThrow(
      /same label/,
    );
    const many = labelled(...Array.from({ length: 1500 }, (_, i) => `id ${i}`));
    expect(() => labelledTask(scan(many), 'classification', PLAIN)).toThrow(/too many for labels/);
    expect(() => labelledTask(scan(labelled('a', '')), 'classification', PLAIN)).toThrow(
      /label is missing/,
    );
    expect(() => labelledTask(scan(labelled('1', 'one')), 'regression', PLAIN)).toThrow(
      /Expected a number but found "one"/,
    );
    expect(() => scan([{ text: ' ', label: 'a' }])).toThrow(/text is empty/);
    expect(() => labelledTask(scan(labelled('a', 'b')), 'token-classification', PLAIN)).toThrow(
      /tokens/,
    );
  });

  it('trains the only row of a label, wherever its draw puts it', () => {
    const rows = labelled('a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'b');
    for (let i = 0; i < 40; i++) {
      const some = rows.map(({ text, label }) => ({ text: `${String(text)} ${i}`, label }));
      const { counts } = scan(some, { heldOutFraction: 0.5 }).labelCounts();
      expect(counts.get('b')).toEqual({ train: 1, heldOut: 0 });
      expect(counts.get('a')!.heldOut).toBeGreaterThan(0);
    }
  });

  it('trains the only sentence with a tag', () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      text: ['word', `of ${i}`],
      label: ['O', i === 7 ? 'B-X' : 'O'],
    }));
    for (const heldOutFraction of [0.1, 0.3, 0.5]) {
      expect(scan(rows, { heldOutFraction }).tagCounts().counts.get('B-X')).toEqual({
        train: 1,
        heldOut: 0,
      });
    }
  });

  it('refuses a label whose rows the data itself holds out', () => {
    const rows = labelled('a', 'b', 'a', 'c').map((row, i) => ({
      ...row,
      set: i === 3 ? 'dev' : 'train',
    }));
    expect(() => labelledTask(scan(rows, { splitColumn: 'set' }), 'classification', PLAIN)).toThrow(
      /held out/,
    );
  });

  it('merges look-alikes into the most frequent spelling', () => {
    const found = scan(labelled('Good', 'good', 'good', ' good', 'bad', 'bad', 'bad ', 'BAD'));
    expect(found.lookAlikes()).toEqual([
      {
        into: 'good',
        spellings: [
          { label: 'good', count: 3 },
          { label: 'Good', count: 1 },
        ],
      },
      {
        into: 'bad',
        spellings: [
          { label: 'bad', count: 3 },
          { label: 'BAD', count: 1 },
        ],
      },
    ]);
    found.merge(mergedLabels(found.lookAlikes()));
    expect(labelledTask(found, 'classification', PLAIN)).toMatchObject({ labels: ['bad', 'good'] });
  });
});

describe('orderLabels', () => {
  it('is the same whatever order they are found in', () => {
    expect(orderLabels(['10', '9', '1'])).toEqual(['1', '9', '10']);
    expect(orderLabels(['b', 'a', 'B'])).toEqual(['B', 'a', 'b']);
    expect(orderLabels(['I-PER', 'B-ORG', 'O', 'B-PER'])).toEqual(['O', 'B-ORG', 'B-PER', 'I-PER']);
  });
});
