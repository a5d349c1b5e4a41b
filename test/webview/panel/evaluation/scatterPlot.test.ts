import '../../../support/fakePage.js';
import { expect, it, vi } from 'vitest';

// The plot needs a window as soon as it is imported.
vi.mock('uplot', () => ({ default: vi.fn() }));
const { scatterColumns, summarizeScatter } =
  await import('../../../../webview/panel/evaluation/scatterPlot.js');

it('puts points in the order of their targets, beside the ideal line', () => {
  expect(
    scatterColumns([
      [3, 1],
      [-1, 2],
    ]),
  ).toEqual([
    [-1, 3],
    [2, 1],
    [-1, 3],
  ]);
});

it('is summarized in a sentence', () => {
  const points = [[3, 1] as const, [-1, 2.5] as const];
  expect(summarizeScatter('stars', points)).toBe(
    'stars: 2 examples, targets from -1 to 3, predictions from 1 to 2.5',
  );
});
