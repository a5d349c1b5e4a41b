import { describe, expect, it } from 'vitest';
import { jointGroup } from '../../../src/core/predict/jointGroup.js';

function groupOf(text: string, index: number): readonly number[] | null {
  const masks = [...text.matchAll(/\[MASK\]|_{3,}/g)].map(({ index: start, 0: mask }) => ({
    start,
    end: start + mask.length,
  }));
  return jointGroup(text, masks, { own: index, isFree: () => true });
}

describe('jointGroup', () => {
  it('has the masks of one sentence', () => {
    const text = 'He took the [MASK] from the [MASK]. Then [MASK] came. The ____ and the ____!';
    expect([0, 1, 2, 3, 4].map((index) => groupOf(text, index))).toEqual([
      [0, 1],
      [0, 1],
      null,
      [3, 4],
      [3, 4],
    ]);
  });

  it('goes on over line breaks, but not over blank lines', () => {
    expect(groupOf('The [MASK] of the\nold [MASK] house', 0)).toEqual([0, 1]);
    expect(groupOf('The [MASK] of the\r\nold [MASK] house', 1)).toEqual([0, 1]);
    expect(groupOf('The [MASK]\n\nof the [MASK] house', 0)).toBeNull();
    expect(groupOf('# The [MASK]\n \r\nThe [MASK] house', 1)).toBeNull();
  });

  it('does not reach over the end of a sentence to a mask that begins the next', () => {
    const text = 'She put it on the ____ again.\n[MASK] captain said nothing.';
    expect(groupOf(text, 0)).toBeNull();
    expect(groupOf(text, 1)).toBeNull();
  });

  it('is none for more than four masks', () => {
    expect(groupOf('[MASK] [MASK] [MASK] [MASK] ends', 2)).toEqual([0, 1, 2, 3]);
    expect(groupOf('[MASK] [MASK] [MASK] [MASK] [MASK] ends', 2)).toBeNull();
  });

  it('stays cheap in a text without ends of sentences', () => {
    const far = `[MASK] ${'word '.repeat(400)}[MASK]`;
    expect(groupOf(far, 0)).toBeNull();
  });
});
