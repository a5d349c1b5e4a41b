import { describe, expect, it } from 'vitest';
import {
  findSurprising,
  type Direction,
  type Place,
} from '../../../../src/host/predictions/surprisal/findSurprising.js';
import { wordsIn } from '../../../../src/core/text/words.js';

/** Words with `!` before them are surprising. */
async function find(texts: readonly string[], from: Place, direction: Direction) {
  const scored: string[] = [];
  const found = await findSurprising({
    lines: { lineCount: texts.length, textOf: (line) => texts[line]! },
    ...{ from, direction },
    isSurprising: ({ surprisal }) => surprisal === 1,
    score: ({ text }) => {
      scored.push(text);
      return Promise.resolve(
        wordsIn(text).map((word) => ({
          ...word,
          surprisal: text[word.start - 1] === '!' ? 1 : 0,
          entropy: 0,
        })),
      );
    },
    onLine: () => undefined,
  });
  return { scored, found: found && [found.start.line, found.start.character, found.isWrapped] };
}

const TEXTS = ['!one two !three', '', 'four', '', '!five six', ...Array<string>(300).fill('far\n')];
const at = (line: number, character: number): Place => ({ line, character });

describe('the next surprising word', () => {
  it('is behind the cursor, beyond paragraphs without one', async () => {
    expect((await find(TEXTS, at(0, 1), 'next')).found).toEqual([0, 10, false]);
    expect((await find(TEXTS, at(0, 10), 'next')).found).toEqual([4, 1, false]);
  });

  it('is at the beginning of the document if there is none behind', async () => {
    expect((await find(TEXTS, at(4, 1), 'next')).found).toEqual([0, 1, true]);
  });

  it('is the same one if there is no other', async () => {
    expect((await find(['a', '!b c'], at(1, 1), 'next')).found).toEqual([1, 1, true]);
    expect((await find(['a', 'b'], at(1, 1), 'next')).found).toBeNull();
  });

  it('is found without scoring what is behind it', async () => {
    expect((await find(TEXTS, at(0, 0), 'next')).scored).toHaveLength(1);
  });
});

describe('the previous surprising word', () => {
  it('is before the cursor', async () => {
    expect((await find(TEXTS, at(4, 3), 'previous')).found).toEqual([4, 1, false]);
    expect((await find(TEXTS, at(4, 1), 'previous')).found).toEqual([0, 10, false]);
  });

  it('is at the end of the document if there is none before', async () => {
    expect((await find(TEXTS, at(0, 1), 'previous')).found).toEqual([4, 1, true]);
  });
});

it('scores each block of a document without surprising words once, but that of the cursor twice', async () => {
  const texts = Array.from({ length: 401 }, (_, i) => (i % 2 === 0 ? `word ${i}` : ''));
  for (const direction of ['next', 'previous'] as const) {
    const { scored, found } = await find(texts, at(100, 2), direction);
    expect(found).toBeNull();
    expect(scored.toSorted()).toEqual(
      [...texts.filter((text) => text !== ''), 'word 100'].toSorted(),
    );
  }
});
