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
  const { cells, weights } = balanceCells(rows, ({ text }) => text === 'sunny');
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
