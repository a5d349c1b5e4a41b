import { describe, expect, it } from 'vitest';
import {
  MAX_DIFF_ITEMS,
  PredictionDiffer,
  predictionDiffSchema,
  type DiffFilter,
  type PredictionDiff,
} from '../../../src/core/experiments/predictionDiff.js';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';

function labelled(key: string, expected: string, predicted: string, loss: number): ExampleScore {
  return {
    ...{ key, split: 'heldOut', evaluated: true, file: `${key[0]!}.csv`, line: 7, group: null },
    ...{ text: 'a text of five words', nll: [loss] },
    scored: {
      kind: 'answer',
      answer: { kind: 'labels', expected: [expected], predicted: [predicted], probabilities: [] },
      logits: [[0, 0]],
    },
  };
}

function masked(
  key: string,
  tokens: readonly (readonly [id: number, rule?: string])[],
): ExampleScore {
  return {
    ...{ key, split: 'heldOut', evaluated: true, file: 'a.txt', line: 1, group: null },
    nll: tokens.map(([id]) => id),
    scored: {
      kind: 'maskedTokens',
      tokens: tokens.map(([id, rule], index) => ({
        ...{ index, original: { id: 1, token: 'one' }, predicted: { id, token: `t${id}` } },
        ...(rule === undefined ? {} : { rule }),
      })),
    },
  };
}

const ALL: DiffFilter = { split: 'heldOut', kind: 'broken', slice: null };

function diffOf(
  before: readonly ExampleScore[],
  after: readonly ExampleScore[],
  filter: Partial<DiffFilter> = {},
): PredictionDiff {
  const differ = new PredictionDiffer({ ...ALL, ...filter });
  for (const score of before) differ.addBefore(score);
  for (const score of after) differ.addAfter(score);
  return predictionDiffSchema.parse(differ.diff());
}

const before = [
  labelled('a1', 'good', 'good', 0.1),
  labelled('a2', 'good', 'bad', 2),
  labelled('b1', 'bad', 'good', 3),
  labelled('b2', 'bad', 'bad', 0.2),
  labelled('b3', 'bad', 'bad', 0.3),
  labelled('only before', 'bad', 'bad', 0.3),
];
const after = [
  labelled('a1', 'good', 'bad', 1),
  labelled('a2', 'good', 'good', 0.1),
  labelled('b1', 'bad', 'good', 4),
  labelled('b2', 'bad', 'good', 5),
  labelled('b3', 'bad', 'bad', 0.1),
];

describe('predictions of two models', () => {
  it('are fixed, broken, or the same, on what both were evaluated on', () => {
    const diff = diffOf(before, after);
    expect(diff.counts).toEqual({ broken: 2, fixed: 1, bothWrong: 1, bothRight: 1 });
    expect(diff.unpaired).toBe(1);
    expect(diff.items.map(({ lossBefore, lossAfter }) => [lossBefore, lossAfter])).toEqual([
      [0.2, 5],
      [0.1, 1],
    ]);
    expect(diff.items[0]).toMatchObject({
      ...{ file: 'b.csv', line: 7, expected: 'bad', before: 'bad', after: 'good' },
    });
  });

  it('are sliced by label and file, the largest slice first, but not by what never varies', () => {
    const { slices } = diffOf(before, after);
    expect(slices.label!.map(({ value }) => value)).toEqual(['bad', 'good']);
    expect(slices.source!.map(({ value }) => value)).toEqual(['b.csv', 'a.csv']);
    expect(slices.length).toBeUndefined();
    const slice = { dimension: 'label', value: 'good' } as const;
    const good = diffOf(before, after, { slice });
    expect(good.counts).toEqual({ broken: 1, fixed: 1, bothWrong: 0, bothRight: 0 });
    expect(good.slices.label).toHaveLength(2);
  });

  it('are compared token by token where text was masked, by the rule that masked it', () => {
    const diff = diffOf(
      [masked('k', [[1, 'names'], [2, 'names'], [2]])],
      [masked('k', [[2, 'names'], [1, 'names'], [3]])],
      { kind: 'fixed' },
    );
    expect(diff.counts).toEqual({ broken: 1, fixed: 1, bothWrong: 1, bothRight: 0 });
    expect(diff.items).toMatchObject([{ expected: 'one', before: 't2', after: 't1' }]);
    expect(diff.slices).toEqual({});
    const rules = diffOf(
      [
        masked('k', [
          [1, 'a'],
          [2, 'b'],
        ]),
      ],
      [
        masked('k', [
          [1, 'a'],
          [2, 'b'],
        ]),
      ],
    );
    expect(rules.slices.rule!.map(({ value }) => value).sort()).toEqual(['a', 'b']);
  });

  it('of other targets are not compared', () => {
    const diff = diffOf([labelled('a', 'good', 'good', 1)], [labelled('a', 'bad', 'good', 1)]);
    expect(Object.values(diff.counts)).toEqual([0, 0, 0, 0]);
    expect(diff.unpaired).toBe(2);
  });

  it('are bounded, with the largest changes kept', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `k${i}`);
    const { items, counts } = diffOf(
      many.map((key) => labelled(key, 'good', 'good', 0)),
      many.map((key, i) => labelled(key, 'good', 'bad', i)),
    );
    expect(counts.broken).toBe(1000);
    expect(items).toHaveLength(MAX_DIFF_ITEMS);
    expect(items[0]!.lossAfter).toBe(999);
  });
});
