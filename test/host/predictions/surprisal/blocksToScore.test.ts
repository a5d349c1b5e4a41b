import { describe, expect, it } from 'vitest';
import {
  allBlocks,
  blocksToScore,
} from '../../../../src/host/predictions/surprisal/blocksToScore.js';
import type { Lines } from '../../../../src/host/predictions/surprisal/textBlocks.js';

/** Every second line is a paragraph of 100 characters. */
const documentOf = (paragraphs: number): Lines => ({
  lineCount: 2 * paragraphs,
  textOf: (line) => (line % 2 === 0 ? `${line}`.padEnd(100, '.') : ''),
});
const lines = (blocks: readonly { readonly line: number }[]): number[] =>
  blocks.map(({ line }) => line);

describe('blocksToScore', () => {
  it('takes what is in view, a screen before and after, and the whole document', () => {
    const plan = blocksToScore(documentOf(50), [{ first: 40, last: 49 }]);
    expect(lines(plan.inView)).toEqual([40, 42, 44, 46, 48]);
    expect(lines(plan.margin)).toEqual([30, 32, 34, 36, 38, 50, 52, 54, 56, 58]);
    expect(plan.whole).toHaveLength(50);
    expect(plan.isCut).toBe(false);
    expect(allBlocks(plan)).toHaveLength(50);
  });

  it('cuts a long document, but not what is in view', () => {
    const plan = blocksToScore(documentOf(1000), [{ first: 1500, last: 1509 }]);
    expect(lines(plan.inView)).toHaveLength(5);
    expect(plan.whole).toHaveLength(120);
    expect(plan.isCut).toBe(true);
  });

  it('does not call a document cut because of blank lines at its end', () => {
    const full = documentOf(120);
    const plan = blocksToScore(
      { lineCount: 500, textOf: (line) => (line < 240 ? full.textOf(line) : '') },
      [],
    );
    expect(plan.whole).toHaveLength(120);
    expect(plan.isCut).toBe(false);
  });
});
