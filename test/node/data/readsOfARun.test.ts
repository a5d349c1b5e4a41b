import { parquetWriteBuffer } from 'hyparquet-writer';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { createRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import { loadRun } from '../../../src/trainer/prepare.js';
import { selectionIn } from '../../support/selection.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { bytesRead, forgetReads, listings } from './countedReads.js';
import { useScratchFolder } from './readers/scratchFolder.js';

vi.mock('node:fs', async (original) =>
  (await import('./countedReads.js')).countedFs(await original()),
);
vi.mock('node:fs/promises', async (original) =>
  (await import('./countedReads.js')).countedPromises(await original()),
);

const ROWS = 3000;
const folder = useScratchFolder();

const texts = Array.from({ length: ROWS }, (_, row) => `The sea of day ${row} was calm and wide.`);
const labels = texts.map((_, row) => (row % 2 === 0 ? 'calm' : 'wide'));

const parquet = (): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: texts.map((text) => text.repeat(10)), type: 'STRING' },
        { name: 'label', data: labels, type: 'STRING' },
      ],
      rowGroupSize: ROWS / 2,
      codec: 'UNCOMPRESSED',
    }),
  );

const FORMATS: readonly [string, () => string | Uint8Array, RunOptions][] = [
  ['a.txt', () => texts.join('\n\n'), {}],
  ['a.md', () => texts.join('\n\n'), {}],
  [
    'a.csv',
    () => `text,label\n${texts.map((text, row) => `${text},${labels[row]!}`).join('\n')}\n`,
    { task: 'classification' },
  ],
  [
    'a.jsonl',
    () => texts.map((text, row) => `${JSON.stringify({ text, label: labels[row] })}\n`).join(''),
    { task: 'classification' },
  ],
  ['a.parquet', parquet, { task: 'classification' }],
];

/** Times that each file of the data was read as a whole, and each of its folders listed. */
const counted = (): { files: Record<string, number>; folders: Record<string, number> } => {
  const data = path.join(folder.path, 'data');
  const isData = ([name]: [string, number]): boolean => name.startsWith(data);
  const named = (entries: [string, number][]): Record<string, number> =>
    Object.fromEntries(entries.map(([name, times]) => [path.relative(folder.path, name), times]));
  return {
    files: named(
      [...bytesRead]
        .filter(isData)
        // The four bytes that mark the end of a parquet file are not read.
        .map(([file, bytes]) => [file, Number((bytes / fs.statSync(file).size).toFixed(3))]),
    ),
    folders: named([...listings].filter(isData)),
  };
};

/** Share of the data in the 1,000 rows from which columns are guessed, rounded up to read blocks. */
const FIRST_ROWS: Readonly<Record<string, number>> = { 'a.csv': 0.5, 'a.jsonl': 0.5 };
/** Share in the start of a file, by which own outputs are recognized. */
const START = 0.05;

/**
 * Expects so many passes over the one file and no listing of a folder twice. Beyond whole passes, only
 * bounded parts are read again: first rows, starts of files, and the sample of a text for its policy,
 * which is the whole of a file as small as this.
 */
function expectReads(name: string, passes: number, part: number): void {
  const { files, folders } = counted();
  expect(folders).toEqual({ data: 1, 'data/deep': 1 });
  expect(Object.keys(files)).toEqual([path.join('data/deep', name)]);
  const [times = 0] = Object.values(files);
  expect(times).toBeGreaterThanOrEqual(passes);
  expect(times).toBeLessThanOrEqual(passes + part + START);
}

beforeEach(async () => {
  await writeTinyModel(path.join(folder.path, 'tiny'), texts.slice(0, 50).join(' '));
  forgetReads();
});

describe('the way from the command to the first step', () => {
  it.each(FORMATS)('reads %s twice and walks the tree once', async (name, content, options) => {
    folder.write(`data/deep/${name}`, content());
    const request = await inspectRun({
      runsFolder: path.join(folder.path, '.masklab/runs'),
      workspaceFolder: folder.path,
      paths: ['data'],
      modelFolder: path.join(folder.path, 'tiny'),
      options: { ...options, threads: 1 },
    });
    const { directory } = await createRun(request);
    const spec = await readRunSpec(directory);
    const run = await loadRun(spec, {
      modelFolder: spec.model.path,
      storePath: path.join(directory, 'sequences.bin'),
      report: () => undefined,
    });
    expect(run.data.trainBatches(0)).not.toEqual([]);
    run.dispose();
    expectReads(name, 2, { ...FIRST_ROWS, 'a.txt': 1, 'a.md': 1 }[name] ?? 0);
  });
});

describe('a profile', () => {
  it.each(FORMATS)('reads %s once and walks the tree once', async (name, content) => {
    folder.write(`data/deep/${name}`, content());
    const selection = selectionIn(folder.path, ['data'], { kind: 'any' });
    await profileData({ selection, modelFolder: path.join(folder.path, 'tiny') });
    expectReads(name, 1, FIRST_ROWS[name] ?? 0);
  });

  it('reads data once more to find the lines that repeat', async () => {
    folder.write('data/a.txt', texts.join('\n\n'));
    const selection = selectionIn(folder.path, ['data'], { cleaning: ['boilerplate'] });
    await profileData({ selection, modelFolder: null });
    expect(counted().files).toEqual({ 'data/a.txt': 2 });
  });
});
