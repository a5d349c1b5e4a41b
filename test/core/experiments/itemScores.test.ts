import { describe, expect, it } from 'vitest';
import { compareItems, haveSameItems } from '../../../src/core/experiments/itemScores.js';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';

interface Item {
  readonly expected: string;
  readonly predicted: string;
  readonly nll: number;
  readonly file?: string;
  readonly group?: string;
}

function labelled(items: readonly Item[]): ExampleScore[] {
  return items.map(({ expected, predicted, nll, file = 'a.csv', group = null }, i) => ({
    key: String(i),
    split: 'heldOut',
    evaluated: true,
    file,
    line: i + 1,
    group,
    nll: [nll],
    scored: {
      kind: 'answer',
      answer: {
        kind: 'labels',
        expected: [expected],
        predicted: [predicted],
        probabilities: [],
      },
      logits: [[0, 0]],
    },
  }));
}

function masked(ids: readonly number[], nll: number): ExampleScore[] {
  const token = (id: number) => ({ id, token: String(id) });
  return [
    {
      key: 'sentence',
      split: 'heldOut',
      evaluated: true,
      file: 'a.txt',
      line: 1,
      group: null,
      nll: ids.map(() => nll),
      scored: {
        kind: 'maskedTokens',
        tokens: ids.map((id, index) => ({ index, original: token(id), predicted: token(1) })),
      },
    },
  ];
}

const A = { expected: 'a', predicted: 'a', nll: 0.5 };

describe('scores of two models on the same items', () => {
  it('are compared item by item: what was fixed and what was broken', () => {
    const before = labelled([A, { ...A, predicted: 'b', nll: 2 }, A, { ...A, predicted: 'b' }]);
    const after = labelled([
      A,
      { ...A, nll: 1 },
      { ...A, predicted: 'b' },
      { ...A, predicted: 'b' },
    ]);
    const found = compareItems(before, after)!;
    expect(found.right).toEqual({ both: 1, onlyFirst: 1, onlySecond: 1, neither: 1, p: 1 });
    expect(found.loss.difference).toBeCloseTo(0.25);
    expect(found.cluster).toBe('example');
  });

  it('are resampled by the group of the data, and then have no McNemar test', () => {
    const items = labelled([
      { ...A, group: 'x' },
      { ...A, group: 'x' },
      { ...A, group: 'y' },
    ]);
    const found = compareItems(items, items)!;
    expect(found.cluster).toBe('group');
    expect(found.loss.clusters).toBe(2);
    expect(found.right!.p).toBeNull();
  });

  it('are resampled by file if there are enough of them', () => {
    const items = labelled(Array.from({ length: 40 }, (_, i) => ({ ...A, file: `${i % 20}.csv` })));
    expect(compareItems(items, items)!.loss.clusters).toBe(20);
  });

  it('count masked words with their targets', () => {
    const found = compareItems(masked([1, 7], 2), masked([1, 7], 1))!;
    expect(found.loss).toMatchObject({ difference: 1, items: 1 });
    expect(found.right).toEqual({ both: 1, onlyFirst: 0, onlySecond: 0, neither: 1, p: null });
  });

  it('are not compared where other words are masked', () => {
    expect(haveSameItems(masked([1, 7], 2), masked([1, 7], 1))).toBe(true);
    expect(haveSameItems(masked([1, 7], 2), masked([7, 1], 1))).toBe(false);
    expect(compareItems(masked([1, 7], 2), masked([1], 1))).toBeNull();
    expect(haveSameItems(labelled([A, A]), labelled([A]))).toBe(false);
    expect(haveSameItems(labelled([A]), labelled([{ ...A, expected: 'b' }]))).toBe(false);
  });
});
