import { describe, expect, it } from 'vitest';
import { paragraphBlocks } from '../../../../src/host/predictions/surprisal/paragraphBlocks.js';

describe('paragraphBlocks', () => {
  it('cuts at blank lines and cuts long paragraphs', () => {
    const texts = ['', 'a', 'b', ' ', 'x'.repeat(600), 'y'.repeat(600), 'z', ''];
    const textOf = (line: number): string => texts[line]!;
    expect(paragraphBlocks({ textOf, first: 0, last: texts.length - 1 })).toEqual([
      { first: 1, last: 2 },
      { first: 4, last: 4 },
      { first: 5, last: 6 },
    ]);
  });
});
