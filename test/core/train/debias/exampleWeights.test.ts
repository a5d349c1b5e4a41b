import { expect, it } from 'vitest';
import type { LabelledExample } from '../../../../src/core/data/examples/labelledExamples.js';
import { balanceCells } from '../../../../src/core/train/debias/exampleWeights.js';

const row = (label: string, text: string): LabelledExample =>
  ({ text, answer: { kind: 'labels', labels: [label] } }) as unknown as LabelledExample;

it('balances labels among rows with and without words, in the cells that have rows', () => {
  const rows = [
    ...Array.from({ length: 6 }, () => row('good', 'sunny')),
    ...Array.from({ length: 2 }, () => row('bad', 'sunny')),
    ...Array.from({ length: 4 }, () => row('bad', 'plain')),
  ];
  const { cells, weights } = balanceCells(rows, {
    hasWords: ({ text }) => text === 'sunny',
    weightOf: () => 1,
  });
  expect(cells).toEqual([
    { label: 'bad', hasWords: true, rows: 2, weight: 2 },
    { label: 'bad', hasWords: false, rows: 4, weight: 1 },
    { label: 'good', hasWords: true, rows: 6, weight: 2 / 3 },
  ]);
  const total = (chosen: readonly LabelledExample[]): number =>
    chosen.reduce((sum, one) => sum + weights.get(one)!, 0);
  expect(total(rows)).toBeCloseTo(rows.length, 12);
  for (const cell of [rows.slice(0, 6), rows.slice(6, 8), rows.slice(8)]) {
    expect(total(cell)).toBeCloseTo(4, 12);
  }
});

it('balances the weights of the rows, not their number', () => {
  const rows = [
    ...Array.from({ length: 6 }, () => row('good', 'sunny')),
    ...Array.from({ length: 2 }, () => row('bad', 'plain')),
  ];
  const weightOf = ({ text }: LabelledExample): number => (text === 'plain' ? 10 : 1);
  const { weights, cells } = balanceCells(rows, {
    hasWords: ({ text }) => text === 'sunny',
    weightOf,
  });
  const total = (chosen: readonly LabelledExample[]): number =>
    chosen.reduce((sum, one) => sum + weightOf(one) * weights.get(one)!, 0);
  expect(total(rows)).toBeCloseTo(26, 12);
  expect(total(rows.slice(0, 6))).toBeCloseTo(13, 12);
  expect(cells.map(({ weight }) => weight)).toEqual([0.65, 26 / 12]);
});
