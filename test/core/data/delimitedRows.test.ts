import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE } from '../../../src/core/data/paragraphs.js';
import { RowSplitter, type Row } from '../../../src/core/data/delimitedRows.js';

interface Reading {
  readonly rows: readonly Row[];
  readonly bad: readonly (readonly [line: number, problem: string])[];
}

function read(pieces: readonly string[], hasQuotes = true, delimiter = ','): Reading {
  const bad: [number, string][] = [];
  const onBad = (line: number, problem: string): void => {
    bad.push([line, problem]);
  };
  const splitter = new RowSplitter({ delimiter, hasQuotes, onBad });
  const found = [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.end()];
  return { rows: found.filter((row) => row !== null), bad };
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

describe('RowSplitter', () => {
  it('reads what was written, wherever it is cut', () => {
    const value = fc
      .array(fc.constantFrom('a', ',', '"', '\n', ' ', 'é🌍', ';'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    const table = fc.array(fc.array(value, { minLength: 2, maxLength: 3 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 6 }),
        (rows, ending, endsWithBreak, cuts) => {
          const lines = rows.map((row) => row.map(quoted).join(','));
          const text = lines.join(ending) + (endsWithBreak ? ending : '');
          const at = cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b);
          const pieces = [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
          const reading = read(pieces);
          expect(reading.rows.map(({ fields }) => fields)).toEqual(rows);
          const before = lines.map(
            (_, i) => lines.slice(0, i).join('\n').split('\n').length + (i > 0 ? 1 : 0),
          );
          expect(reading.rows.map(({ line }) => line)).toEqual(before);
        },
      ),
    );
  });

  it('says the same of any text, wherever it is cut', () => {
    const parts = fc.constantFrom('a', ',', '"', '""', '\n', '\r', '\r\n', ' ', '","', '\t');
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 25 }).map((all) => all.join('')),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 6 }),
        (text, hasQuotes, cuts) => {
          const at = cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b);
          const pieces = [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
          expect(read(pieces, hasQuotes)).toEqual(read([text], hasQuotes));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('goes on with the next line after quotes that do not match', () => {
    expect(read(['a,"b" c\n"x\ny",z\n"open,\nd,e\n'])).toEqual({
      rows: [
        { fields: ['x\ny', 'z'], line: 2 },
        { fields: ['d', 'e'], line: 5 },
      ],
      bad: [
        [1, 'strayQuote'],
        [4, 'openQuote'],
      ],
    });
  });

  it('keeps quotes inside of values, and all of them where there are none to enclose', () => {
    expect(read(['5" x,"a ""b"""']).rows).toEqual([{ fields: ['5" x', 'a "b"'], line: 1 }]);
    expect(read(['5" x\t"a ""b"""\t"open\n'], false, '\t').rows).toEqual([
      { fields: ['5" x', 'a "b"', '"open'], line: 1 },
    ]);
  });

  it.each([true, false])('leaves out a row without end, quotes or not (%s)', (hasQuotes) => {
    const count = LONGEST_LINE / 1e6 + 2;
    const long = Array.from({ length: count }, () => 'x'.repeat(1e6));
    expect(read(['a,b\n"', ...long, '\nc,d\n'], hasQuotes)).toEqual({
      rows: [
        { fields: ['a', 'b'], line: 1 },
        { fields: ['c', 'd'], line: 3 },
      ],
      bad: [[2, 'tooLong']],
    });
  });
});

describe('quotes and escapes', () => {
  const fieldsOf = ({ rows }: Reading): (readonly string[])[] => rows.map(({ fields }) => fields);

  it('reads a quoted value behind and before blanks, wherever it is cut', () => {
    const text = 'a, "b, ""c""" ,d\n1,  "x\ny"\n2, 5" or 6",z\n3, "open\n';
    const expected = [
      ['a', 'b, "c"', 'd'],
      ['1', 'x\ny'],
      ['2', ' 5" or 6"', 'z'],
      ['3', ' "open'],
    ];
    expect(fieldsOf(read([text]))).toEqual(expected);
    for (let cut = 0; cut <= text.length; cut++) {
      expect(fieldsOf(read([text.slice(0, cut), text.slice(cut)]))).toEqual(expected);
    }
  });

  it('reads backslash escapes only where the dialect has them', () => {
    const text = '"say \\"hi\\", ok",a\\,b,c\\nd\n"e\\\\",f,g\n';
    const escaped = (pieces: readonly string[]): (readonly string[])[] => {
      const splitter = new RowSplitter({
        ...{ delimiter: ',', hasQuotes: true, hasEscapes: true },
        onBad: (line, problem) => {
          throw new Error(`${problem} in ${line}`);
        },
      });
      const found = [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.end()];
      return found.flatMap((row) => (row === null ? [] : [row.fields]));
    };
    const expected = [
      ['say "hi", ok', 'a,b', 'c\nd'],
      ['e\\', 'f', 'g'],
    ];
    for (let cut = 0; cut <= text.length; cut++) {
      expect(escaped([text.slice(0, cut), text.slice(cut)])).toEqual(expected);
    }
    expect(read([text]).bad).toContainEqual([1, 'escapedQuote']);
  });
});
