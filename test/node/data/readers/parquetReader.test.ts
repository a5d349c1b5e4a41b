import { parquetWriteBuffer, type ParquetWriteOptions } from 'hyparquet-writer';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { DataRecord } from '../../../../src/core/data/labelledRows.js';
import type { AppError } from '../../../../src/core/errors.js';
import { readParquet } from '../../../../src/node/data/readers/parquetReader.js';
import { useScratchFolder } from './scratchFolder.js';
import type { ProblemId } from '../../../../src/core/messages/catalogue.js';
import { problem } from '../../../../src/core/messages/message.js';

const folder = useScratchFolder();

async function read(
  content: ArrayBuffer | Uint8Array,
  onBad?: (error: AppError) => void,
): Promise<DataRecord[]> {
  const file = folder.write('a.parquet', new Uint8Array(content));
  const records: DataRecord[] = [];
  const rethrow = (error: AppError): never => {
    throw error;
  };
  const options = { shownAs: 'a.parquet', onBad: onBad ?? rethrow };
  for await (const record of readParquet(file, options)) records.push(record);
  return records;
}
const write = (options: Omit<ParquetWriteOptions, 'writer'>): Uint8Array =>
  new Uint8Array(parquetWriteBuffer(options));
const dataError = (details: object): object => ({
  data: { code: 'Data', details: expect.objectContaining(details) as unknown },
});
const told = (id: ProblemId): unknown => expect.objectContaining({ id }) as unknown;
const textColumn = (data: string[]) => ({ name: 'text', data, type: 'STRING' as const });

describe('readParquet', () => {
  it('reads rows with what JSON has for their values', async () => {
    const content = write({
      columnData: [
        textColumn(['Grüße 🌍', 'b']),
        { name: 'label', data: [1n, 9007199254740993n], type: 'INT64' },
        { name: 'score', data: [0.5, null], type: 'DOUBLE', nullable: true },
        { name: 'at', data: [new Date(0), new Date(1)], type: 'TIMESTAMP' },
        {
          name: 'image',
          data: [Uint8Array.of(0xff, 0xd8), Uint8Array.of(0x61)],
          type: 'BYTE_ARRAY',
        },
      ],
    });
    expect(await read(content)).toEqual([
      {
        file: 'a.parquet',
        line: 1,
        values: {
          ...{ text: 'Grüße 🌍', label: 1, score: 0.5 },
          ...{ at: '1970-01-01T00:00:00.000Z', image: null },
        },
      },
      {
        file: 'a.parquet',
        line: 2,
        values: {
          ...{ text: 'b', label: '9007199254740993', score: null },
          ...{ at: '1970-01-01T00:00:00.001Z', image: 'a' },
        },
      },
    ]);
  });

  it('makes columns of structures, and keeps lists', async () => {
    const content = write({
      columnData: [
        { name: 'meta', data: [{ author: 'Ann', place: { city: 'Köln' } }, null] },
        { name: 'tokens', data: [['a', 'b'], []] },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'meta', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'author', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'place', num_children: 1, repetition_type: 'OPTIONAL' },
        { name: 'city', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'tokens', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        {
          ...{ name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
          repetition_type: 'OPTIONAL',
        },
      ],
    });
    expect((await read(content)).map(({ values }) => values)).toEqual([
      { 'meta.author': 'Ann', 'meta.place.city': 'Köln', tokens: ['a', 'b'] },
      { 'meta.author': null, 'meta.place.city': null, tokens: [] },
    ]);
  });

  it('reads groups of rows, and large ones page by page', async () => {
    const texts = Array.from({ length: 25_000 }, (_, i) => `text ${i}`);
    for (const options of [{ rowGroupSize: 700 }, { rowGroupSize: 25_000, pageSize: 20_000 }]) {
      const offsetIndex = options.pageSize !== undefined;
      const column = { ...textColumn(texts), offsetIndex };
      const records = await read(write({ columnData: [column], ...options }));
      expect(records.map(({ values }) => values['text'])).toEqual(texts);
      expect(records.map(({ line }) => line)).toEqual(texts.map((_, i) => i + 1));
    }
  });

  it('reads compressed columns', async () => {
    const texts = Array.from({ length: 50 }, () => 'the same again');
    const records = await read(
      write({
        columnData: [textColumn(texts)],
        codec: 'GZIP',
        compressors: { GZIP: (bytes) => gzipSync(bytes) },
      }),
    );
    expect(records.map(({ values }) => values['text'])).toEqual(texts);
  });

  it('names the column whose compression is unknown', async () => {
    const content = write({ columnData: [textColumn(['a'])], codec: 'UNCOMPRESSED' });
    const name = Buffer.from(content).lastIndexOf(Buffer.from('text\x15\x00', 'latin1'));
    content[name + 5] = 3 << 1;
    await expect(read(content)).rejects.toMatchObject(
      dataError({
        column: 'text',
        problem: problem('data.unsupportedCompression', { codec: 'LZO' }),
      }),
    );
  });

  it('says that a file is cut off, or none at all', async () => {
    const content = write({ columnData: [textColumn(['a', 'b'])] });
    for (const part of [
      content.subarray(0, -3),
      content.subarray(0, 5),
      Buffer.from('a,b\nc,d\n'),
    ]) {
      await expect(read(part)).rejects.toMatchObject(
        dataError({ file: 'a.parquet', problem: told('data.invalidParquet') }),
      );
    }
  });

  it('leaves out groups of rows that are damaged', async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `a text that has number ${i}`);
    const content = write({ columnData: [textColumn(texts)], rowGroupSize: 10 });
    const damaged = Uint8Array.from(content).fill(0xff, 4, 60);
    await expect(read(damaged)).rejects.toMatchObject(dataError({ row: 1 }));
    const bad: AppError[] = [];
    const records = await read(damaged, (error) => bad.push(error));
    expect(bad).toHaveLength(1);
    expect(records.map(({ line }) => line)).toEqual(texts.slice(10).map((_, i) => i + 11));
  });
});
