import { describe, expect, it } from 'vitest';
import {
  NO_LABEL,
  type LabelledExample,
  type RecordOptions,
} from '../../../../src/core/data/examples/labelledExamples.js';
import type { Objective } from '../../../../src/core/objectives/objective.js';
import { objectiveOf } from '../../../../src/core/objectives/objectives.js';
import type { TaskOf, TaskSpec } from '../../../../src/core/runs/schema.js';
import { sampleTokenizer as tokenizer } from '../sampleTokenizer.js';

const { cls, sep } = tokenizer.special;
const ONE_OF: TaskOf<'classification'> = {
  kind: 'classification',
  labels: ['bad', 'good'],
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0,
  classWeights: null,
};
const TAGS: TaskOf<'token-classification'> = {
  kind: 'token-classification',
  labels: ['O', 'B-X'],
  labelSmoothing: 0,
  classWeights: null,
};
const columns = { text: 'text', pair: null, labels: ['label'] };
const make = (
  values: Record<string, unknown>,
  { task = ONE_OF, ...options }: Partial<RecordOptions> & { task?: TaskSpec } = {},
): LabelledExample => {
  const objective: Objective = objectiveOf(task);
  if (objective.data !== 'labelled') throw new RangeError('a task without labels');
  const record = { file: 'a.csv', line: 7, values };
  const common = {
    ...{ tokenizer, maxLength: 32, columns, labelDelimiter: null },
    truncation: 'head',
    stride: null,
  } as const;
  return objective.exampleOf(record, task, { ...common, ...options });
};

describe('exampleOf', () => {
  it('keeps a quarter of a long text from the beginning, and the rest from the end', () => {
    const text = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 'the' : 'whale')).join(' ');
    const all = tokenizer.encode(text).ids;
    const options = { maxLength: 10, truncation: 'head-tail' } as const;
    const { ids, isCut } = make({ text, label: 'good' }, options);
    expect(isCut).toBe(true);
    expect([...ids]).toEqual([cls, ...all.slice(0, 2), ...all.slice(-6), sep]);
    expect([...make({ text: 'the whale', label: 'good' }, options).ids]).toEqual([
      ...make({ text: 'the whale', label: 'good' }).ids,
    ]);
    const head = make({ text, label: 'good' }, { maxLength: 10 });
    expect([...head.ids]).toEqual([cls, ...all.slice(0, 8), sep]);
  });

  it('keeps both ends of both texts of a pair', () => {
    const words = (from: number): string =>
      Array.from({ length: 20 }, (_, i) => ((i + from) % 3 === 0 ? 'the' : 'whale')).join(' ');
    const pairs = { ...columns, pair: 'pair' };
    const options = { maxLength: 19, truncation: 'head-tail', columns: pairs } as const;
    const { ids } = make({ text: words(0), pair: words(1), label: 'good' }, options);
    const [a, b] = [tokenizer.encode(words(0)).ids, tokenizer.encode(words(1)).ids];
    expect([...ids]).toEqual([
      ...[cls, ...a.slice(0, 2), ...a.slice(-6), sep],
      ...[...b.slice(0, 2), ...b.slice(-6), sep],
    ]);
  });

  it('goes over the longer text of a pair in windows, beside the shorter one', () => {
    const long = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 'the' : 'whale')).join(' ');
    const pairs = { ...columns, pair: 'pair' };
    const options = { maxLength: 13, truncation: 'windows', stride: 2, columns: pairs } as const;
    const ids = tokenizer.encode(long).ids;
    const the = tokenizer.encode('the').ids;
    const room = 13 - tokenizer.pairFrameSize - the.length;
    const first = make({ text: long, pair: 'the', label: 'good' }, options);
    const second = make({ text: 'the', pair: long, label: 'good' }, options);
    for (const { windows, isCut } of [first, second]) {
      expect(isCut).toBe(false);
      expect(windows).toHaveLength(Math.ceil((ids.length - room) / (room - 2)) + 1);
    }
    expect([...first.windows![0]!.ids]).toEqual([cls, ...ids.slice(0, room), sep, ...the, sep]);
    expect([...second.windows!.at(-1)!.ids]).toEqual([cls, ...the, sep, ...ids.slice(-room), sep]);
  });

  it('frames a text and finds its label', () => {
    const example = make({ text: 'the whale', label: 'good' });
    expect([...example.ids]).toEqual([cls, ...tokenizer.encode('the whale').ids, sep]);
    expect(example).toMatchObject({ labels: [1], values: null, typeIds: null, isCut: false });
  });

  it('frames a pair with types, and cuts the longer text first', () => {
    const pair = { ...columns, pair: 'pair' };
    const values = { text: 'the whale and the ship', pair: 'the sea', label: 'bad' };
    const whole = make(values, { columns: pair });
    const first = tokenizer.encode(values.text).ids;
    const second = tokenizer.encode(values.pair).ids;
    expect([...whole.ids]).toEqual([cls, ...first, sep, ...second, sep]);
    expect([...whole.typeIds!].filter((type) => type === 1)).toHaveLength(second.length + 1);

    const cut = make(values, { columns: pair, maxLength: whole.ids.length - 1 });
    expect(cut.isCut).toBe(true);
    expect([...cut.ids]).toEqual([cls, ...first.subarray(0, -1), sep, ...second, sep]);
  });

  it('has the same key for the same text, whatever its label', () => {
    const key = (text: string, label: string): string => make({ text, label }).key;
    expect(key('the whale', 'good')).toBe(key('the  whale ', 'bad'));
    expect(key('the whale', 'good')).not.toBe(key('the ship', 'good'));
  });

  it('marks each label of several', () => {
    const task = { ...ONE_OF, multiLabel: true, loss: 'binaryCrossEntropy' } as const;
    expect(make({ text: 'a', label: '["good"]' }, { task }).values).toEqual([0, 1]);
    expect(make({ text: 'a', label: [] }, { task }).values).toEqual([0, 0]);
  });

  it('asks about the first piece of each word, and of no word that was cut off', () => {
    const values = { text: ['the', 'unfathomable', 'ship'], label: ['O', 'B-X', 'O'] };
    const example = make(values, { task: TAGS });
    const pieces = values.text.map((word) => tokenizer.encode(word).ids.length);
    expect(pieces[1]).toBeGreaterThan(1);
    const expected = [
      NO_LABEL,
      ...[0, 1, 0].flatMap((label, i) => [
        label,
        ...new Array<number>(pieces[i]! - 1).fill(NO_LABEL),
      ]),
      NO_LABEL,
    ];
    expect(example.labels).toEqual(expected);
    const cut = make(values, { task: TAGS, maxLength: 4 });
    expect(cut.wordTokens).toEqual([1, 2, -1]);
    expect(cut.labels).toEqual([NO_LABEL, 0, 1, NO_LABEL]);
  });

  it('names file, line and remedy of a label that is new', () => {
    try {
      make({ text: 'a', label: 'ugly' });
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({
        data: {
          code: 'Data',
          details: { file: 'a.csv', row: 7, problem: { id: 'data.unknownLabel' } },
        },
      });
    }
  });
});
