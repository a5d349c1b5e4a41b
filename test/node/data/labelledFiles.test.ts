import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataFormat } from '../../../src/core/data/dataFormats.js';
import type { DataRecord } from '../../../src/core/data/labelledRows.js';
import { readRecords } from '../../../src/node/data/labelledFiles.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-labelled-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function read(
  name: string,
  content: string | Buffer,
  format: DataFormat | null = null,
): Promise<DataRecord[]> {
  const file = path.join(folder, name);
  fs.writeFileSync(file, content);
  const records: DataRecord[] = [];
  for await (const record of readRecords(file, { shownAs: name, format })) records.push(record);
  return records;
}
const valuesOf = (records: readonly DataRecord[]): unknown[] => records.map(({ values }) => values);
const linesOf = (records: readonly DataRecord[]): number[] => records.map(({ line }) => line);

describe('tables', () => {
  it('reads quotes, line breaks in values, blank lines and a byte order mark', async () => {
    const records = await read(
      'a.csv',
      '\ufefftext,label\r\n"He said ""no"", twice",bad\r\n\r\n"two\r\nlines",good\r\nlast,bad\r\n',
    );
    expect(valuesOf(records)).toEqual([
      { text: 'He said "no", twice', label: 'bad' },
      { text: 'two\nlines', label: 'good' },
      { text: 'last', label: 'bad' },
    ]);
    expect(linesOf(records)).toEqual([2, 4, 6]);
  });

  it('passes over the empty rows of a spreadsheet', async () => {
    const records = await read('a.csv', 'text,label\na,x\n,\n" ",\nb,y\n');
    expect(linesOf(records)).toEqual([2, 5]);
  });

  it('takes the delimiter of its first line', async () => {
    expect(valuesOf(await read('a.csv', 'text;label\na, b;x\n'))).toEqual([
      { text: 'a, b', label: 'x' },
    ]);
  });

  it('keeps stray quotes of a TSV, and takes off enclosing ones', async () => {
    const records = await read('a.tsv', 'text\tlabel\nthe "best" one\tx\n"a ""b"""\ty\n"open\tz\n');
    expect(records.map(({ values }) => values['text'])).toEqual([
      'the "best" one',
      'a "b"',
      '"open',
    ]);
    expect(linesOf(records)).toEqual([2, 3, 4]);
  });

  it('reads UTF-16, as spreadsheets save it', async () => {
    const content = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('text\tlabel\nGrüße\tx\n', 'utf16le'),
    ]);
    expect(valuesOf(await read('a.tsv', content))).toEqual([{ text: 'Grüße', label: 'x' }]);
  });

  it('names the line of a ragged row, and of an open quote', async () => {
    await expect(read('a.csv', 'text,label\n"x\ny",b\none,two,three\n')).rejects.toMatchObject({
      data: {
        code: 'Data',
        details: { file: 'a.csv', row: 4, problem: { id: 'data.wrongColumnCount' } },
      },
    });
    await expect(read('a.csv', 'text,label\nx,y\n"open,z\n')).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'a.csv', row: 3 } },
    });
    await expect(read('a.csv', 'text:label\nx:y\n')).rejects.toThrow(/single column/);
    await expect(read('a.tsv', 'text,label\nx,y\n')).rejects.toThrow(/single column/);
  });
});

describe('JSON', () => {
  it('reads an object a line', async () => {
    const records = await read(
      'a.jsonl',
      '{"text":"a","labels":["x","y"]}\n\n{"text":"b","labels":[]}',
    );
    expect(valuesOf(records)).toEqual([
      { text: 'a', labels: ['x', 'y'] },
      { text: 'b', labels: [] },
    ]);
    expect(linesOf(records)).toEqual([1, 3]);
  });

  it('names the line that is no object', async () => {
    await expect(read('a.jsonl', '{"text":"a"}\n[1]\n')).rejects.toMatchObject({
      data: { details: { row: 2 } },
    });
  });

  it('reads a list, bare or as the one list of an object', async () => {
    expect(valuesOf(await read('a.json', '[{"text":"a"}]'))).toEqual([{ text: 'a' }]);
    expect(valuesOf(await read('a.json', '{"version":1,"data":[{"text":"a"}]}'))).toEqual([
      { text: 'a' },
    ]);
    await expect(read('a.json', '{"a":1}')).rejects.toThrow(/exactly one list/);
    await expect(read('a.json', '[{"text":"a"},3]')).rejects.toMatchObject({
      data: { details: { row: 2 } },
    });
  });
});

describe('CoNLL', () => {
  it('reads words and their last column, sentence by sentence', async () => {
    const content =
      '-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP B-PER\n';
    const records = await read('a.conll', content);
    expect(valuesOf(records)).toEqual([
      { tokens: ['EU', 'rejects'], tags: ['B-ORG', 'O'] },
      { tokens: ['Peter'], tags: ['B-PER'] },
    ]);
    expect(linesOf(records)).toEqual([3, 6]);
  });

  it('reads form and universal tag of CoNLL-U, and keeps hash signs that are words', async () => {
    const line = (id: string, form: string, tag: string): string =>
      [id, form, '_', tag, '_', '_', '_', '_', '_', '_'].join('\t');
    const content = `# text = a b\n${line('1-2', 'ab', '_')}\n${line('1', 'a', 'DET')}\n${line('2', 'b', 'NOUN')}\n`;
    expect(valuesOf(await read('a.conllu', content))).toEqual([
      { tokens: ['a', 'b'], tags: ['DET', 'NOUN'] },
    ]);
    expect(valuesOf(await read('a.conll', '# O\n#tag X\n'))).toEqual([
      { tokens: ['#tag'], tags: ['X'] },
    ]);
  });

  it('names the line of a word without a tag', async () => {
    await expect(read('a.conll', 'EU B-ORG\nrejects\n')).rejects.toMatchObject({
      data: { details: { row: 2 } },
    });
  });
});

describe('formats', () => {
  it('go by the ending, unless told', async () => {
    expect(valuesOf(await read('train.txt', 'a\tX\n', 'conll'))).toHaveLength(1);
    await expect(
      read('train.txt', 'a\tX\n').catch((thrown: unknown) => thrown),
    ).resolves.toMatchObject({
      data: { code: 'UserInput' },
    });
  });
});
