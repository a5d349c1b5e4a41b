import { describe, expect, it } from 'vitest';
import {
  orderText,
  parseOrder,
  rowSorter,
} from '../../../../src/core/experiments/query/runOrder.js';
import { inEnglish } from '../../../support/inEnglish.js';
import { listedRun, stateOf } from './runs.js';

const A = listedRun({ name: 'a', learningRate: 3e-5, state: stateOf(2, 100), policy: 'words' });
const B = listedRun({ name: 'b', learningRate: 1e-3, state: stateOf(1, 300), seed: 1 });
const C = listedRun({ name: 'c', createdAt: '2026-11-25T12:00:00.000Z' });
const D = {
  ...listedRun({
    name: 'd',
    state: { best: { metric: 'accuracy', value: 0.9, step: 1 }, latest: null, trainingSeconds: 5 },
  }),
};
const CLASSIFIER = { ...D, facts: { ...D.facts!, task: 'classification' as const } };
const ALL = [A, B, C, CLASSIFIER];

function sorted(written: string): string {
  const rows = ALL.map((run) => ({ name: run.name, runs: [run] }));
  return rowSorter(
    parseOrder(written),
    ALL,
  )(rows)
    .map(({ name }) => name)
    .join('');
}

describe('an order', () => {
  it.each([
    ['date', 'cabd'],
    ['-date', 'abdc'],
    ['name', 'abcd'],
    ['-name', 'dcba'],
    ['best', 'badc'],
    ['time', 'dabc'],
    ['-time', 'badc'],
    ['lr', 'abcd'],
    ['-lr', 'bcda'],
    ['perplexity', 'bacd'],
    ['-perplexity', 'abcd'],
    ['seed', 'acdb'],
    ['policy', 'abcd'],
  ])('by %s', (written, names) => {
    expect(sorted(written)).toBe(names);
  });

  it('takes the mean over the runs of a row', () => {
    const rows = [
      { name: 'pair', runs: [A, B] },
      { name: 'b', runs: [B] },
    ];
    expect(rowSorter(parseOrder('best'), ALL)(rows).map(({ name }) => name)).toEqual(['b', 'pair']);
  });

  it('is written as it was read', () => {
    expect(orderText(parseOrder(' -best '))).toBe('-best');
  });

  it('refuses a name that means nothing', () => {
    try {
      sorted('bset');
      expect.unreachable();
    } catch (thrown) {
      expect(inEnglish(thrown, 'UserInput').message).toContain('Did you mean “best”?');
    }
  });
});
