import type * as hyparquet from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type * as timers from 'node:timers/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import type { TextRecord } from '../../../src/core/data/records.js';
import type * as profiles from '../../../src/core/profile/profileCollector.js';
import { dataReadingOf } from '../../../src/core/runs/dataSnapshot.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { readTextRecords } from '../../../src/node/data/textRecords.js';
import { readRecords } from '../../../src/node/data/labelledFiles.js';
import { selectionIn } from '../../support/selection.js';
import { useScratchFolder } from './readers/scratchFolder.js';

/** Clock reads in a slice, one millisecond each here; the end of a file adds more. */
const LOOKS_A_SLICE = 17;
const PIECE_BYTES = 1 << 16;

const work = vi.hoisted(() => ({
  /** Steps since others had their turn. */
  now: 0,
  /** Most steps between two turns. */
  most: 0,
  turns: 0,
  /** Rows that were decoded at once. */
  ranges: [] as number[],
  /** Characters that were profiled. */
  profiled: 0,
  step(size = 1) {
    work.now += size;
    work.most = Math.max(work.most, work.now);
  },
}));

vi.mock('node:timers/promises', async (original) => {
  const actual = await original<typeof timers>();
  const setImmediate = async (): Promise<void> => {
    work.now = 0;
    work.turns++;
    await actual.setImmediate();
  };
  return { ...actual, setImmediate, default: { ...actual, setImmediate } };
});

vi.mock('hyparquet', async (original) => {
  const actual = await original<typeof hyparquet>();
  return {
    ...actual,
    parquetReadObjects: (options: Parameters<typeof actual.parquetReadObjects>[0]) => {
      work.ranges.push(options.rowEnd! - options.rowStart!);
      return actual.parquetReadObjects(options);
    },
  };
});

vi.mock('../../../src/core/profile/profileCollector.js', async (original) => {
  const actual = await original<typeof profiles>();
  class ProfileCollector extends actual.ProfileCollector {
    override add(record: TextRecord): void {
      const { length } = record.text.text;
      work.profiled += length;
      work.step(length);
      super.add(record);
    }
  }
  return { ...actual, ProfileCollector };
});

const folder = useScratchFolder();
let clock = 0;
beforeEach(() => {
  Object.assign(work, { now: 0, most: 0, turns: 0, ranges: [], profiled: 0 });
  vi.spyOn(performance, 'now').mockImplementation(() => clock++);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const repeated = (row: string): string => row.repeat(PIECE_BYTES / row.length);

describe('reading gives others their turn', () => {
  it.each([
    ['rows of a table', 'a.csv', `a,b\n${repeated('c,d\n')}`],
    ['rows with quotes', 'a.csv', `a,b\n${repeated('"c",d\n')}`],
    ['rows that are left out', 'a.csv', `a,b\n${repeated('c\n')}`],
    ['rows with broken quotes', 'a.csv', `a,b\n${repeated('"c"d\n')}`],
    ['lines of JSON', 'a.jsonl', repeated('{"a":1}\n')],
    ['lines that are no JSON', 'a.jsonl', repeated('{\n')],
    ['entries of a list', 'a.json', `[${repeated('{"a":1},')}{}]`],
    ['sentences of words', 'a.conll', repeated('a\tB\n\n')],
  ])('within a slice of %s', async (_what, name, content) => {
    const file = folder.write(name, content);
    const records = readRecords(file, {
      ...{ shownAs: name, format: null },
      onBad: () => {
        work.step();
      },
    });
    for await (const { line } of records) work.step(Math.sign(line));
    expect(work.turns).toBeGreaterThan(100);
    expect(work.most).toBeLessThanOrEqual(LOOKS_A_SLICE);
  });

  it.each([
    ['a.txt', repeated('a\n\n')],
    ['a.html', repeated('<p>a</p>')],
    ['a.py', repeated('# some\n\nx\n')],
  ])('within a slice of passages of %s', async (name, content) => {
    folder.write(name, content);
    const options = { workspaceFolder: folder.path, columns: null, atLeast: 0 };
    for await (const { line } of readTextRecords([{ path: name }], options)) {
      work.step(Math.sign(line));
    }
    expect(work.turns).toBeGreaterThan(100);
    expect(work.most).toBeLessThanOrEqual(LOOKS_A_SLICE);
  });

  it('after a slice of small files, none of which takes one', async () => {
    // All readers share a pace, which began before this clock.
    clock = 2 ** 40;
    const files = Array.from({ length: 200 }, (_, i) => ({ path: `${i}.txt` }));
    for (const { path: name } of files) folder.write(name, 'a whale\n');
    const options = { workspaceFolder: folder.path, columns: null, atLeast: 0 };
    for await (const { line } of readTextRecords(files, options)) work.step(Math.sign(line));
    expect(work.turns).toBeGreaterThan(5);
    expect(work.most).toBeLessThanOrEqual(LOOKS_A_SLICE);
  });

  it('after each column of a few megabytes of a parquet file without an index', async () => {
    const rows = 20_000;
    const data = Array.from({ length: rows }, (_, row) => `${row} `.repeat(40));
    const labels = data.map((_, row) => String(row % 2));
    const content = parquetWriteBuffer({
      columnData: [
        { name: 'text', data, type: 'STRING' },
        { name: 'label', data: labels, type: 'STRING' },
      ],
      rowGroupSize: rows,
      codec: 'UNCOMPRESSED',
    });
    const file = folder.write('a.parquet', new Uint8Array(content));
    const seen: number[] = [];
    const tap = {
      onBytes: (piece: Uint8Array) => {
        seen.push(piece.length);
      },
    };
    let count = 0;
    for await (const { values } of readRecords(file, { shownAs: file, format: null, tap })) {
      expect(values['text']).toBe(data[count++]);
      work.step();
    }
    expect(count).toBe(rows);
    expect(work.most).toBeLessThanOrEqual(LOOKS_A_SLICE);
    const bytesARow = content.byteLength / rows;
    expect(Math.max(...work.ranges) * bytesARow).toBeLessThan(3_000_000);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1 << 20);
    expect(seen.reduce((sum, length) => sum + length, 0)).toBe(content.byteLength);
  });
});

describe('profiling gives others their turn', () => {
  const modelFolder = path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER);

  it.each([
    [
      'an inspection',
      () =>
        inspectData(selectionIn(folder.path, ['a.txt']), dataReadingOf({}), { modelFolder: null }),
    ],
    [
      'a profile',
      () => profileData({ selection: selectionIn(folder.path, ['a.txt']), modelFolder }),
    ],
  ])('inside of a line without end during %s', async (_what, profile) => {
    folder.write('a.txt', 'some words '.repeat(40_000));
    await profile();
    expect(work.profiled).toBeGreaterThan(430_000);
    expect(work.most).toBeLessThan(300_000);
  });
});
