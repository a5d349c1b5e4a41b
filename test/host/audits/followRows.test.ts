import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { followRows } from '../../../src/host/audits/followRows.js';
import type { AuditedRow } from '../../../src/host/audits/shownAudit.js';
import { Range } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const range = (...place: [number, number, number, number]): vscode.Range =>
  new Range(...place) as unknown as vscode.Range;

/** Rows at lines 1, 2 to 3, and 5. */
const ROWS: readonly AuditedRow[] = [range(1, 0, 1, 10), range(2, 0, 3, 4), range(5, 0, 5, 8)].map(
  (place) => ({
    ...{ range: place, label: null, predicted: 'a' },
    words: [{ text: 'w', effect: 1, range: range(place.start.line, 1, place.start.line, 2) }],
  }),
);

function after(...changes: [place: [number, number, number, number], text: string][]): number[][] {
  return followRows(
    ROWS,
    changes.map(([place, text]) => ({ range: range(...place), text })),
  ).map((row) => [row.range.start.line, row.range.end.line, row.words[0]!.range.start.line]);
}

describe('rows of an audit while their document is edited', () => {
  it('move with lines that are inserted or deleted above them', () => {
    expect(after([[0, 3, 0, 3], '\n\n'])).toEqual([
      [3, 3, 3],
      [4, 5, 4],
      [7, 7, 7],
    ]);
    expect(after([[2, 0, 2, 0], 'new,row\n'])).toEqual([
      [1, 1, 1],
      [3, 4, 3],
      [6, 6, 6],
    ]);
    expect(after([[4, 0, 5, 0], ''])).toEqual([
      [1, 1, 1],
      [2, 3, 2],
      [4, 4, 4],
    ]);
    expect(after([[0, 0, 1, 0], ''])).toEqual([
      [0, 0, 0],
      [1, 2, 1],
      [4, 4, 4],
    ]);
  });

  it('are left out once they change', () => {
    expect(after([[2, 3, 2, 3], 'x'])).toEqual([
      [1, 1, 1],
      [5, 5, 5],
    ]);
    expect(after([[1, 9, 2, 1], ''])).toEqual([[4, 4, 4]]);
    expect(after([[1, 10, 1, 10], 'x'])).toHaveLength(2);
    expect(after([[1, 0, 1, 0], 'x'])).toHaveLength(2);
    expect(after([[0, 0, 9, 0], 'all'])).toEqual([]);
  });

  it('stay for a line that is added behind them, and for several changes at once', () => {
    expect(after([[1, 10, 1, 10], '\r\nx,y'])).toEqual([
      [1, 1, 1],
      [3, 4, 3],
      [6, 6, 6],
    ]);
    expect(after([[5, 1, 5, 2], ''], [[0, 0, 0, 0], 'a\n'])).toEqual([
      [2, 2, 2],
      [3, 4, 3],
    ]);
  });
});
