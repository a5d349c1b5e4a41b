import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE, paragraphsOf, PassageSplitter } from '../../../src/core/data/paragraphs.js';

function passagesOf(
  pieces: readonly string[],
  atLeast: number,
  onLongLine = (): void => undefined,
) {
  const splitter = new PassageSplitter({ atLeast, onLongLine });
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

const anyText = fc
  .array(fc.constantFrom('a', 'word', ' ', '\t', '\n', '\r\n', '\r', '\n\n', '\u00a0', 'é🌍'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));

/** The text in pieces of any size, cut anywhere. */
const piecesOf = (text: string): fc.Arbitrary<string[]> =>
  fc.array(fc.nat({ max: text.length }), { maxLength: 8 }).map((cuts) => {
    const at = [0, ...cuts.sort((a, b) => a - b), text.length];
    return at.slice(1).map((end, i) => text.slice(at[i], end));
  });

describe('paragraphsOf', () => {
  it('gives what lies between empty lines, with its line and place', () => {
    const text = '\n \none\ntwo \r\n\t\r\n  three\n';
    expect(paragraphsOf(text)).toEqual([
      { text: 'one\ntwo ', start: 3, line: 3, isFenced: false },
      { text: '  three', start: text.indexOf('  three'), line: 6, isFenced: false },
    ]);
  });

  it('takes every kind of line break', () => {
    expect(paragraphsOf('a\rb\r\rc\r').map(({ text, line }) => [text, line])).toEqual([
      ['a\rb', 1],
      ['c', 4],
    ]);
  });

  it('cuts a paragraph without end between lines', () => {
    const text = `${'word '.repeat(20)}\n`.repeat(2000);
    const passages = paragraphsOf(text);
    expect(passages.length).toBeGreaterThan(2);
    expect(passages.map((passage) => passage.text).join('\n')).toBe(text.trimEnd() + ' ');
  });
});

describe('PassageSplitter', () => {
  it('gives the same passages wherever the input is cut, each in its place', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), piecesOf(text))),
        fc.constantFrom(0, 5, 12),
        ([text, pieces], atLeast) => {
          const passages = passagesOf(pieces, atLeast);
          expect(passages).toEqual(passagesOf([text], atLeast));
          for (const { text: found, start, line } of passages) {
            expect(text.slice(start, start + found.length)).toBe(found);
            expect(text.slice(0, start).split(/\r\n|\r|\n/)).toHaveLength(line);
            expect(found.split(/\r\n|\r|\n/).at(-1)).toMatch(/\S/);
          }
          const words = (joined: string): string => joined.replaceAll(/\s+/g, '');
          expect(words(passages.map((passage) => passage.text).join(''))).toBe(words(text));
        },
      ),
    );
  });

  it('goes on to the next empty line after so many characters', () => {
    expect(passagesOf(['a\n\nb\n\nc\n\nd'], 4).map(({ text }) => text)).toEqual([
      'a\n\nb',
      'c\n\nd',
    ]);
  });

  it('leaves out a line that is too long and names it', () => {
    const found: number[] = [];
    const piece = 'x'.repeat(1_000_000);
    const count = LONGEST_LINE / piece.length + 2;
    const splitter = new PassageSplitter({ atLeast: 0, onLongLine: (line) => found.push(line) });
    const passages = [
      ...splitter.push('before\n'),
      ...Array.from({ length: count }, () => splitter.push(piece)).flat(),
      ...splitter.push('\r'),
      ...splitter.push('\nafter\n'),
      ...splitter.end(),
    ];
    expect(found).toEqual([2]);
    const start = 'before\n'.length + count * piece.length + 2;
    expect(passages).toEqual([
      { text: 'before', start: 0, line: 1, isFenced: false },
      { text: 'after', start, line: 3, isFenced: false },
    ]);
  });
});
