import { describe, expect, it, vi } from 'vitest';
import {
  isWithin,
  stretchesInSight,
} from '../../../../src/host/masking/preview/stretchesInSight.js';
import { Range } from '../../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

/** An editor of a document of 1000 lines with ten characters each, that shows some of them. */
function editorOn(...visible: [first: number, last: number][]) {
  const offsetAt = ({ line, character }: { line: number; character: number }): number =>
    Math.min(10_000, line * 10 + character);
  const visibleRanges = visible.map(([first, last]) => new Range(first, 0, last, 0));
  return { document: { offsetAt }, visibleRanges } as unknown as Parameters<
    typeof stretchesInSight
  >[0][number];
}

describe('the stretches in sight', () => {
  it('are the visible lines of all editors and those around them', () => {
    expect(stretchesInSight([editorOn([100, 120]), editorOn([500, 510])], 5)).toEqual([
      { start: 950, end: 1260 },
      { start: 4950, end: 5160 },
    ]);
  });

  it('are merged where they meet, and end with the document', () => {
    const editors = [editorOn([300, 320]), editorOn([2, 9], [15, 30], [990, 999])];
    expect(stretchesInSight(editors, 5)).toEqual([
      { start: 0, end: 360 },
      { start: 2950, end: 3260 },
      { start: 9850, end: 10_000 },
    ]);
    expect(stretchesInSight([], 5)).toEqual([]);
  });

  it('need not be asked for again while the editor scrolls within them', () => {
    const asked = stretchesInSight([editorOn([100, 120])], 50);
    expect(isWithin(stretchesInSight([editorOn([130, 150])], 20), asked)).toBe(true);
    expect(isWithin(stretchesInSight([editorOn([131, 151])], 20), asked)).toBe(false);
    expect(isWithin(stretchesInSight([editorOn([100, 120], [400, 420])], 20), asked)).toBe(false);
    expect(isWithin([], [])).toBe(true);
  });
});
