import { parquetWriteBuffer, type ParquetWriteOptions } from 'hyparquet-writer';
import fs from 'node:fs';
import { parquetMetadata } from 'hyparquet';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DataRecord } from '../../../../src/core/data/labelledRows.js';
import { AppError } from '../../../../src/core/errors.js';
import { randomStream } from '../../../../src/core/random.js';
import { readParquet } from '../../../../src/node/data/readers/parquetReader.js';
import { ParquetSource } from '../../../../src/node/data/readers/parquetSource.js';
import { mutateBytes } from '../../../support/fuzz/mutateBytes.js';
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

const GZIP = {
  codec: 'GZIP' as const,
  compressors: { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)) },
};

afterEach(() => {
  vi.restoreAllMocks();
});

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
        ...GZIP,
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

  it('refuses a file of a few kilobytes that gives a hundred thousand times as much text', async () => {
    // One value of a dictionary, in 600 rows.
    const content = write({
      columnData: [textColumn(Array<string>(600).fill('a'.repeat(1_000_000)))],
      ...GZIP,
    });
    expect(content.byteLength).toBeLessThan(5_000);
    const began = performance.now();
    await expect(read(content)).rejects.toMatchObject(
      dataError({ file: 'a.parquet', problem: told('data.decompressionBomb') }),
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('refuses a file with a page that is decompressed for each of many ranges of rows', async () => {
    const content = write({
      columnData: [
        textColumn(Array.from({ length: 60 }, (_, i) => `${i} ${'a'.repeat(1_000_000)}`)),
      ],
      ...{ ...GZIP, pageSize: 1e9 },
    });
    expect(content.byteLength).toBeLessThan(100_000);
    await expect(read(content)).rejects.toMatchObject(
      dataError({ file: 'a.parquet', problem: told('data.decompressionBomb') }),
    );
  });

  it('reads text that compresses a hundred times', async () => {
    const texts = Array.from({ length: 2_000 }, (_, i) => `${i} ${'so it goes, '.repeat(300)}`);
    const content = write({ columnData: [textColumn(texts)], ...GZIP });
    expect(texts.join('').length / content.byteLength).toBeGreaterThan(100);
    expect(await read(content)).toHaveLength(2_000);
  });
});

describe('a damaged file', () => {
  const FIXTURE = path.join(import.meta.dirname, '../../../fixtures/faults/unhandled-4.parquet');
  const columns = ['a', 'b', 'c', 'd'].map((name) => ({
    ...textColumn(Array.from({ length: 40 }, (_, i) => `${name} ${i}`)),
    name,
  }));
  const nested = { name: 'tokens', data: Array.from({ length: 40 }, (_, i) => [`t${i}`, 'u']) };
  const valid = write({ columnData: columns, rowGroupSize: 10, pageSize: 100 });
  const withIndex = write({
    columnData: columns.map((column) => ({ ...column, offsetIndex: true })),
    ...{ rowGroupSize: 40, pageSize: 100 },
  });
  const withLists = write({ columnData: [...columns, nested], rowGroupSize: 10 });
  const changed = (content: Uint8Array): Uint8Array[] =>
    Array.from({ length: 200 }, (_, seed) =>
      mutateBytes(Buffer.from(content), randomStream('parquet', seed)),
    );

  it.each([
    ['with a damaged page', [new Uint8Array(fs.readFileSync(FIXTURE))]],
    ['with changed bytes', changed(valid)],
    ['with changed bytes and an index of its pages', changed(withIndex)],
    ['with changed bytes and lists', changed(withLists)],
  ])('%s leaves no read pending, no failure unhandled and no file open', async (_, contents) => {
    const slice = vi.spyOn(ParquetSource.prototype, 'slice');
    for (const content of contents) {
      await read(content, () => undefined).catch((thrown: unknown) => {
        expect(thrown).toBeInstanceOf(AppError);
      });
    }
    const asked = slice.mock.results.map(({ value }) => value as Promise<unknown>);
    expect(asked.length).toBeGreaterThan(0);
    const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'pending'));
    expect(await Promise.race([Promise.allSettled(asked), late])).not.toBe('pending');
    if (process.platform === 'linux') expect(openFiles()).not.toContain('a.parquet');
  });
});

describe('a page that claims more than it has', () => {
  const COUNT = 3_000_000;
  /** A number of Thrift's compact protocol, in four bytes. */
  const varInt = (value: number): number[] =>
    [0, 7, 14, 21].map((shift) => ((value >>> shift) & 127) | (shift < 21 ? 128 : 0));
  const replaced = (content: Uint8Array, from: number[], to: number[]): Uint8Array => {
    const at = Buffer.from(content).indexOf(Uint8Array.from(from));
    expect(at).toBeGreaterThan(0);
    const changed = Uint8Array.from(content);
    changed.set(to, at);
    return changed;
  };
  const reasonOf = async (content: Uint8Array): Promise<unknown> => {
    const bad: AppError[] = [];
    const began = performance.now();
    await read(content, (error) => bad.push(error)).catch((thrown: unknown) => {
      bad.push(thrown as AppError);
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    const { data } = bad[0]!;
    return data.code === 'Data' ? data.details.problem.args['reason'] : data;
  };

  it('is refused for a run that is longer than its values', async () => {
    const data = Array<boolean>(COUNT).fill(true);
    const column = { name: 'b', data, type: 'BOOLEAN' as const, encoding: 'RLE' as const };
    const content = write({ columnData: [column], rowGroupSize: COUNT, codec: 'UNCOMPRESSED' });
    const run = varInt(COUNT * 2);
    const longer = replaced(content, [...run, 1], [...varInt(2 ** 27), 1]);
    expect(await reasonOf(longer)).toBe('a run is longer than its page');
  });

  it('is refused for more values than a row group can have', async () => {
    const data = Array<boolean>(COUNT).fill(true);
    const column = { name: 'b', data, type: 'BOOLEAN' as const, encoding: 'RLE' as const };
    const content = write({ columnData: [column], rowGroupSize: COUNT, codec: 'UNCOMPRESSED' });
    // Numbers of a header are written with their sign in the last bit.
    const more = replaced(content, [0x15, ...varInt(COUNT * 2)], [0x15, ...varInt(2 ** 28 - 2)]);
    expect(await reasonOf(more)).toBe('a page has an impossible size');
  });

  it('is refused for values whose shared beginnings would fill the memory', async () => {
    // All other lengths are written as differences to that of the first value.
    const data = ['x'.repeat(2_100_000), ...Array<string>(39).fill('a')];
    const column = { ...textColumn(data), encoding: 'DELTA_BYTE_ARRAY' as const };
    const content = write({ columnData: [column], codec: 'UNCOMPRESSED', pageSize: 1e9 });
    expect(await read(content)).toHaveLength(40);
    const longer = replaced(content, [40, ...varInt(4_200_000)], [40, ...varInt(2 ** 28 - 2)]);
    expect(await reasonOf(longer)).toBe('the values of a page are too long');
  });

  it('is refused for an index that leads elsewhere', async () => {
    const texts = Array.from({ length: 30_000 }, (_, i) => `text ${i}`);
    const column = { ...textColumn(texts), offsetIndex: true };
    const content = write({ columnData: [column], ...{ rowGroupSize: 30_000, pageSize: 20_000 } });
    const metadata = parquetMetadata(content.slice().buffer);
    const { offset_index_offset: offset } = metadata.row_groups[0]!.columns[0]!;
    const elsewhere = Uint8Array.from(content);
    // The first offset: a list of places begins with its size, a structure with the kind of a field.
    elsewhere[Number(offset) + 3] = 2;
    expect(await reasonOf(elsewhere)).toBe('the index of pages is wrong');
  });
});

/** Names of the files that this process has open. */
function openFiles(): string[] {
  return fs.readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [path.basename(fs.readlinkSync(`/proc/self/fd/${descriptor}`))];
    } catch {
      return [];
    }
  });
}
