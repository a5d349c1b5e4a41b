import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentFormatOf,
  documentRows,
  type DocumentFormat,
} from '../../../src/core/data/documentRows.js';
import { USUAL_DIALECT } from '../../../src/core/data/fileDialect.js';

interface Read {
  readonly line: number;
  readonly end: number;
  readonly text: string | null;
  /** Text of the document at each character of the text. */
  readonly written: readonly string[] | null;
}

function read(text: string, format: DocumentFormat, dialect = USUAL_DIALECT): Read[] {
  return [...documentRows(text, { format, dialect, file: 'a' })].map((row) => {
    const { record, end } = row;
    const value = row.cell('text');
    return {
      ...{ line: record.line, end, text: value?.text ?? null },
      written:
        value === null
          ? null
          : Array.from(value.text, (_, i) => text.slice(value.startOf(i), value.endOf(i))),
    };
  });
}

const letters = (word: string): string[] => word.split('');

const value = fc
  .array(fc.constantFrom('a', ',', '"', '\n', ' ', 'é', ';', '\\', '\t', 'x"y'), { maxLength: 8 })
  .map((parts) => `v${parts.join('')}`);

describe('rows of a table in an editor', () => {
  it('have the places of each character of a quoted value', () => {
    const text = 'id,text\r\n1,"say ""hi"",\r\nthen"\r\n2,plain\r\n\r\n3,last';
    expect(read(text, 'csv')).toEqual([
      {
        line: 2,
        end: text.indexOf('\r\n2'),
        text: 'say "hi",\nthen',
        written: ['s', 'a', 'y', ' ', '""', 'h', 'i', '""', ',', '\r\n', ...letters('then')],
      },
      { line: 4, end: text.indexOf('\r\n\r'), text: 'plain', written: letters('plain') },
      { line: 6, end: text.length, text: 'last', written: letters('last') },
    ]);
  });

  it('have the values that were written, at places that spell them', () => {
    const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (values, spaced) => {
          const space = spaced ? ' ' : '';
          const csv = values.map((cell) => `1,${space}${quoted(cell)}${space},2\n`).join('');
          const rows = read(`a,text,b\n${csv}`, 'csv');
          expect(rows.map(({ text }) => text)).toEqual(values);
          const spelled = rows.map(({ written }) =>
            written!.map((part) => (part === '""' ? '"' : part)).join(''),
          );
          expect(spelled).toEqual(values);
        },
      ),
    );
  });

  it('follow the escapes of JSON Lines, and skip lines that are not objects', () => {
    const text =
      '{"text": "first", "text": "a\\u00e9\\n\\"b\\ud83d\\ude00"}\r\n[1]\n{"text": 3}\n{"te\\u0078t":"ok"} \n{';
    expect(read(text, 'jsonl')).toEqual([
      {
        line: 1,
        end: text.indexOf('\r'),
        text: 'aé\n"b😀',
        written: ['a', '\\u00e9', '\\n', '\\"', 'b', '\\ud83d'],
      },
      { line: 3, end: text.indexOf('3}') + 2, text: null, written: null },
      { line: 4, end: text.indexOf(' \n{'), text: 'ok', written: ['o', 'k'] },
    ]);
  });

  it('read TSV, Excel’s separator line, escapes and tables without a header', () => {
    expect(read('text\tb\n"a""b"\t1\nsay "hi"\t2', 'tsv').map(({ text }) => text)).toEqual([
      'a"b',
      'say "hi"',
    ]);
    const [row] = read('sep=;\ntext;b\nx,y;1', 'csv');
    expect(row).toMatchObject({ line: 3, text: 'x,y', written: ['x', ',', 'y'] });
    const escaped = { ...USUAL_DIALECT, backslashEscapes: true };
    expect(read('text,b\na\\,b\\n,1', 'csv', escaped)[0]).toMatchObject({
      text: 'a,b\n',
      written: ['a', '\\,', 'b', '\\n'],
    });
    const bare = { ...USUAL_DIALECT, hasHeader: false };
    const [first] = documentRows('x,1', { format: 'csv', dialect: bare, file: 'a' });
    expect(first!.record.values).toEqual({ column1: 'x', column2: '1' });
  });

  it('skip rows that readers skip, such as those with too few values', () => {
    const lines = read('text,b\nx\n,\n"open,1\ny,2\na\0,1', 'csv').map(({ line }) => line);
    expect(lines).toEqual([5]);
  });

  it('are those of uncompressed tables of lines', () => {
    expect(
      ['a.CSV', 'b.tab', 'c.ndjson', 'd.csv.gz', 'e.json', 'f.txt'].map(documentFormatOf),
    ).toEqual(['csv', 'tsv', 'jsonl', null, null, null]);
  });
});
