import { describe, expect, it } from 'vitest';
import {
  blocksIn,
  placeIn,
  wholeParagraphs,
  type Lines,
} from '../../../../src/host/predictions/surprisal/textBlocks.js';

const linesOf = (texts: readonly string[]): Lines => ({
  lineCount: texts.length,
  textOf: (line) => texts[line]!,
});

describe('blocksIn', () => {
  it('cuts at blank lines and cuts long paragraphs', () => {
    const texts = ['', 'a', 'b', ' ', 'x'.repeat(600), 'y'.repeat(600), 'z', ''];
    const blocks = blocksIn(linesOf(texts), { first: 0, last: texts.length - 1 });
    expect(blocks.map(({ line, lastLine }) => [line, lastLine])).toEqual([
      [1, 2],
      [4, 4],
      [5, 6],
    ]);
    expect(blocks[0]?.text).toBe('a\nb');
  });

  it('cuts a long line at ends of sentences, which an edit before them does not move', () => {
    const sentences = Array.from(
      { length: 90 },
      (_, i) => `Sentence ${i} is about as long as this.`,
    );
    const line = sentences.join(' ');
    const blocks = blocksIn(linesOf([line]), { first: 0, last: 0 });
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.map(({ text }) => text).join('')).toBe(line);
    for (const { text } of blocks.slice(0, -1)) expect(text).toMatch(/this\. $/);
    const edited = blocksIn(linesOf([line.replace('Sentence', 'The sentence')]), {
      first: 0,
      last: 0,
    });
    expect(edited.slice(1).map(({ text }) => text)).toEqual(
      blocks.slice(1).map(({ text }) => text),
    );
  });

  it('cuts a line without sentences or spaces, but no character', () => {
    const line = `${'x'.repeat(1599)}😀${'😀'.repeat(2000)}`;
    const blocks = blocksIn(linesOf([line]), { first: 0, last: 0 });
    expect(blocks.map(({ text }) => text).join('')).toBe(line);
    for (const { text } of blocks) expect(text).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('wholeParagraphs', () => {
  it('extends a range to the blank lines around it', () => {
    const lines = linesOf(['a', '', 'b', 'c', 'd', '', 'e']);
    expect(wholeParagraphs(lines, { first: 3, last: 3 })).toEqual({ first: 2, last: 4 });
    expect(wholeParagraphs(lines, { first: 1, last: 3 })).toEqual({ first: 1, last: 4 });
  });
});

describe('placeIn', () => {
  it('finds line and character, also in a part of a line', () => {
    const [block] = blocksIn(linesOf(['', 'ab cd', 'ef']), { first: 0, last: 2 });
    expect(placeIn(block!, 3)).toEqual({ line: 1, character: 3 });
    expect(placeIn(block!, 7)).toEqual({ line: 2, character: 1 });
    const part = { line: 4, character: 900, lastLine: 4, text: 'rest of a line' };
    expect(placeIn(part, 5)).toEqual({ line: 4, character: 905 });
  });
});
