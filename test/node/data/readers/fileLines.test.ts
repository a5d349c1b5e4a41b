import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE } from '../../../../src/core/data/paragraphs.js';
import { LineSplitter, type Line } from '../../../../src/node/data/readers/fileLines.js';

function read(pieces: readonly string[], onLongLine = (): void => undefined): Line[] {
  const splitter = new LineSplitter(onLongLine);
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
}

describe('LineSplitter', () => {
  it('gives the same lines wherever the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '', '\n', '\r\n', '\n\n'), { maxLength: 12 }),
        (pieces) => {
          const text = pieces.join('');
          const lines = text.split(/\r?\n/);
          if (lines.at(-1) === '') lines.pop();
          expect(read(pieces)).toEqual(lines.map((line, i) => ({ text: line, line: i + 1 })));
        },
      ),
    );
  });

  it('leaves out a line that is too long, and names it', () => {
    const found: number[] = [];
    const long = Array.from({ length: LONGEST_LINE / 1e6 + 1 }, () => 'x'.repeat(1e6));
    const splitter = new LineSplitter((line) => found.push(line));
    const lines = [...['a\n', ...long, '\nb'].flatMap((piece) => splitter.push(piece))];
    expect([...lines, ...splitter.end()]).toEqual([
      { text: 'a', line: 1 },
      { text: 'b', line: 3 },
    ]);
    expect(found).toEqual([2]);
  });
});
