import { parquetWriteBuffer } from 'hyparquet-writer';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { USUAL_DIALECT, type FileDialect } from '../../../src/core/data/fileDialect.js';
import type { TextRecord } from '../../../src/core/data/records.js';
import type { AppErrorData } from '../../../src/core/errors.js';
import { readTextRecords, type TextRecordOptions } from '../../../src/node/data/textRecords.js';
import { useScratchFolder } from './readers/scratchFolder.js';
import type { ProblemId } from '../../../src/core/messages/catalogue.js';
import { problem } from '../../../src/core/messages/message.js';

const folder = useScratchFolder();

async function read(
  paths: readonly string[],
  options: Partial<TextRecordOptions> = {},
): Promise<TextRecord[]> {
  const records: TextRecord[] = [];
  for await (const record of readTextRecords(
    paths.map((path) => ({ path })),
    { workspaceFolder: folder.path, columns: null, atLeast: 0, ...options },
  )) {
    records.push(record);
  }
  return records;
}
const textsOf = (records: readonly TextRecord[]): string[] => records.map(({ text }) => text.text);
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});
const told = (id: ProblemId): unknown => expect.objectContaining({ id }) as unknown;

describe('readTextRecords', () => {
  it('reads running text in paragraphs or passages, each in its place', async () => {
    folder.write('a.txt', '\ufeffone\r\nmore\r\n\r\ntwo\r\n');
    const records = await read(['a.txt']);
    expect(records.map(({ file, line, text, values }) => [file, line, text.text, values])).toEqual([
      ['a.txt', 1, 'one\r\nmore', null],
      ['a.txt', 4, 'two', null],
    ]);
    expect(records[1]!.text.startOf(0)).toBe('one\r\nmore\r\n\r\n'.length);
    expect(textsOf(await read(['a.txt'], { atLeast: 100 }))).toEqual(['one\r\nmore\r\n\r\ntwo']);
  });

  it('reads every format by its ending', async () => {
    folder.write('a.html', '<title>T</title><p>one<p>two &amp; three');
    folder.write('b.csv', 'text,label\none,x\n');
    folder.write('c.tsv', 'text\tlabel\ntwo\tx\n');
    folder.write('d.jsonl', '{"text":"three","label":1}\n');
    folder.write('e.json', '[{"text":"four"}]');
    folder.write('f.conll', 'five B\nsix O\n');
    const column = { name: 'text', data: ['seven'], type: 'STRING' as const };
    folder.write('g.parquet', new Uint8Array(parquetWriteBuffer({ columnData: [column] })));
    folder.write('h.py', 'x = 1  # eight\n');
    folder.write('i.log', 'nine\n');
    const files = fs.readdirSync(folder.path).sort();
    expect(textsOf(await read(files))).toEqual([
      ...['T', 'one', 'two & three', 'one', 'two', 'three', 'four', 'five six', 'seven', 'eight'],
      'nine',
    ]);
    expect(textsOf(await read(['h.py'], { code: 'all' }))).toEqual(['x = 1  # eight']);
    expect(textsOf(await read(['b.csv'], { format: 'txt' }))).toEqual(['text,label\none,x']);
  });

  it('joins comments to passages and knows their lines', async () => {
    folder.write('a.ts', '// one\nf(); // two\n/*\n * three\n *\n * four\n */\n');
    const shown = (records: readonly TextRecord[]): unknown[] =>
      records.map(({ line, text }) => [line, text.text]);
    expect(shown(await read(['a.ts']))).toEqual([
      [1, 'one'],
      [2, 'two'],
      [4, 'three'],
      [6, 'four'],
    ]);
    expect(shown(await read(['a.ts'], { atLeast: 6 }))).toEqual([
      [1, 'one\n\ntwo'],
      [4, 'three\n\nfour'],
    ]);
  });

  it('keeps what the columns of a row say', async () => {
    folder.write(
      'a.csv',
      'id,question,answer,topic,author,split\n1,Why?,So.,x,Ann,train\n2,How?,,y,,validation\n',
    );
    const records = await read(['a.csv']);
    expect(records).toMatchObject([
      { file: 'a.csv', line: 2, pair: 'So.', label: 'x', group: 'Ann', split: 'train' },
      { file: 'a.csv', line: 3, pair: null, label: 'y', group: null, split: 'heldOut' },
    ]);
    expect(records[0]!.values).toEqual({
      ...{ id: '1', question: 'Why?', answer: 'So.', topic: 'x', author: 'Ann', split: 'train' },
    });
    const columns = { text: 'topic', pair: null, label: 'id', group: null, split: null };
    const [first] = await read(['a.csv'], { columns });
    expect(first).toMatchObject({ label: '1', pair: null, group: null, split: null });
    expect(textsOf([first!])).toEqual(['x']);
  });

  it('takes a column with words as a text, and a text in brackets as it is', async () => {
    folder.write('a.jsonl', '{"tokens":["a","b"],"tags":["X","Y"]}\n');
    folder.write('b.csv', 'text,label\n[1],x\n[deleted],y\n');
    const [words] = await read(['a.jsonl']);
    expect(words).toMatchObject({ label: ['X', 'Y'] });
    expect(textsOf([words!])).toEqual(['a b']);
    expect(textsOf(await read(['b.csv']))).toEqual(['[1]', '[deleted]']);
  });

  it('cleans, keeps places, and leaves out what nothing is left of', async () => {
    const source = 'See https://a.org/b for <b>more</b>.\n\nhttps://a.org\n';
    folder.write('a.txt', source);
    folder.write('a.html', '<p>a &lt;b&gt; c');
    const [record, ...others] = await read(['a.txt'], { cleaning: ['urls', 'html'] });
    expect(others).toEqual([]);
    expect(record!.text.text).toBe('See for more.');
    for (let i = 0; i < record!.text.length; i++) {
      const unit = record!.text.text[i];
      expect(source.slice(record!.text.startOf(i), record!.text.endOf(i))).toContain(unit);
    }
    expect(textsOf(await read(['a.html'], { cleaning: ['html'] }))).toEqual(['a <b> c']);
  });

  it('keeps a fenced block of Markdown together', async () => {
    const content = 'a\n\n```js\nb\n\n~~~\n\nc\n``` \n\n`d`\n\n~~~\ne\n\nf';
    folder.write('a.md', content);
    folder.write('a.txt', content);
    expect(textsOf(await read(['a.md']))).toEqual([
      ...['a', '```js\nb\n\n~~~\n\nc\n``` ', '`d`', '~~~\ne\n\nf'],
    ]);
    expect(await read(['a.txt'])).toHaveLength(7);
  });

  it('names the first bad row, or counts all and goes on', async () => {
    folder.write('a.csv', 'text,label\none,x\ntwo\n,y\nthree,z\n');
    folder.write('b.txt', Buffer.from('Grüße aus Köln\n', 'latin1'));
    folder.write('c.csv', 'a,b\nx,y\n');
    folder.write('d.parquet', 'no parquet');
    folder.write('e.txt', 'four');
    const files = ['a.csv', 'b.txt', 'gone.txt', 'c.csv', 'd.parquet', 'e.txt'];
    await expect(read(files)).rejects.toMatchObject(dataError({ file: 'a.csv', row: 3 }));
    const bad: AppErrorData[] = [];
    const records = await read(files, { onBad: (error) => bad.push(error) });
    expect(textsOf(records)).toEqual(['one', 'three', 'four']);
    expect(bad.map((data) => ({ data }))).toMatchObject([
      dataError({ file: 'a.csv', row: 3, problem: told('data.wrongColumnCount') }),
      dataError({ file: 'a.csv', row: 4, column: 'text', problem: told('data.emptyText') }),
      dataError({ file: 'b.txt', row: 1, problem: told('data.otherEncoding') }),
      dataError({ file: 'gone.txt', problem: told('file.notFound') }),
      dataError({ file: 'c.csv', problem: told('data.unknownTextColumn') }),
      dataError({ file: 'd.parquet' }),
    ]);
  });

  it('gives the rows before what cannot be read on, few as they are', async () => {
    folder.write('a.json', '[{"text":"one"},\n{"text":"two"},\n{"text":}]');
    const bad: AppErrorData[] = [];
    const records = await read(['a.json'], { onBad: (error) => bad.push(error) });
    expect(textsOf(records)).toEqual(['one', 'two']);
    expect(bad).toMatchObject([{ code: 'Data', details: { row: 3 } }]);
    folder.write('b.json', '[{');
    await expect(read(['b.json'])).rejects.toMatchObject(dataError({ row: 1 }));
  });

  it('says that a column is missing or empty once, not for every row', async () => {
    folder.write('a.csv', 'text,body\n,x\n,y\n');
    const columns = { text: 'text', pair: null, label: null, group: null, split: null };
    const BODY = { list: ['"body"'], join: 'and' } as const;
    const bad: AppErrorData[] = [];
    const onBad = (error: AppErrorData): void => {
      bad.push(error);
    };
    expect(await read(['a.csv'], { columns, onBad })).toEqual([]);
    expect(await read(['a.csv'], { columns: { ...columns, text: 'txt' }, onBad })).toEqual([]);
    expect(bad.map((data) => ({ data }))).toMatchObject([
      dataError({ column: 'text', problem: problem('data.emptyColumn', { columns: BODY }) }),
      dataError({ problem: told('data.noColumn') }),
    ]);
    expect(textsOf(await read(['a.csv']))).toEqual(['x', 'y']);
  });

  it('decodes the encoding that is named', async () => {
    folder.write('a.txt', Buffer.from('Grüße', 'latin1'));
    folder.write('b.csv', Buffer.from('text,label\nGrüße,x\n', 'latin1'));
    const written = (encoding: string): FileDialect => ({
      ...USUAL_DIALECT,
      encoding,
    });
    const options = { dialect: written('windows-1252'), onBad: (): void => undefined };
    expect(textsOf(await read(['a.txt', 'b.csv'], options))).toEqual(['Grüße', 'Grüße']);
    await expect(read(['a.txt'], { ...options, dialect: written('none') })).rejects.toMatchObject({
      data: { code: 'UserInput' },
    });
  });

  it('decodes what a page says it is written in', async () => {
    const page = (head: string, body: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`<html><head>${head}</head><body>`), body]);
    const hello = Buffer.from([0xc4, 0xe3, 0xba, 0xc3]);
    folder.write('a.html', page('<meta charset="gb2312">', hello));
    folder.write(
      'b.html',
      page('<meta http-equiv="Content-Type" content="text/html; charset=gbk">', hello),
    );
    folder.write('c.html', page('<meta charset=gb2312>', Buffer.from('你好')));
    folder.write('d.html', page('<meta charset="unheard-of">', Buffer.from('你好')));
    const files = ['a.html', 'b.html', 'c.html', 'd.html'];
    expect(textsOf(await read(files))).toEqual(['你好', '你好', '你好', '你好']);
    expect(
      textsOf(await read(['a.html'], { dialect: { ...USUAL_DIALECT, encoding: 'latin1' } })),
    ).toEqual(['Äãº\u00c3']);
  });

  it('gives up on a CoNLL file without empty lines', async () => {
    folder.write('a.conll', 'word O\n'.repeat(100_001));
    await expect(read(['a.conll'])).rejects.toMatchObject(
      dataError({ row: 100_001, problem: told('data.sentenceTooLong') }),
    );
  });

  it('stops when it is cancelled, also where all is bad', async () => {
    folder.write('a.txt', 'one\n\ntwo\n\nthree');
    folder.write('b.jsonl', 'no\n'.repeat(9));
    const aborted = new AbortController();
    const records: string[] = [];
    const reading = (async () => {
      for await (const { text } of readTextRecords([{ path: 'a.txt' }], {
        ...{ workspaceFolder: folder.path, columns: null, atLeast: 0, signal: aborted.signal },
      })) {
        records.push(text.text);
        aborted.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ data: { code: 'Cancelled' } });
    expect(records).toEqual(['one']);
    let heard = 0;
    const onBad = (): void => {
      heard++;
    };
    await expect(read(['b.jsonl'], { onBad, signal: aborted.signal })).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    });
    expect(heard).toBe(0);
  });
});
