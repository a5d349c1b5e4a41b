import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareExports, COMPARED_FORMS } from '../../../src/node/models/compareExports.js';
import { createRun } from '../../../src/node/runs/createRun.js';
import { readExportComparison } from '../../../src/node/runs/exportComparisonFile.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { writeTinyModel } from '../../support/tinyModel.js';

const WORDS = 'soup bread salt fish rice tea cake plum corn bean'.split(' ');
const TEXTS = Array.from({ length: 60 }, (_, i) =>
  Array.from({ length: 9 }, (_, at) => WORDS[(i * 7 + at * at * (i % 5) + at) % WORDS.length]),
).map((words) => words.join(' '));

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-compare-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

/** A run whose model is the one that it starts from. */
async function run(): Promise<string> {
  const modelFolder = path.join(root, 'tiny');
  await writeTinyModel(modelFolder, TEXTS.join('\n\n'));
  fs.writeFileSync(path.join(root, 'data.txt'), TEXTS.join('\n\n'));
  const request = await inspectRun({
    ...{ runsFolder: path.join(root, 'runs'), workspaceFolder: root, paths: ['data.txt'] },
    ...{ modelFolder, name: 'test run', options: {} },
  });
  const { directory } = await createRun(request);
  fs.cpSync(modelFolder, path.join(directory, 'model'), { recursive: true });
  return directory;
}

describe('compareExports', () => {
  it('compares all forms on the held-out split, and keeps the table in the run', async () => {
    const directory = await run();
    const done: number[] = [];
    const comparison = await compareExports(directory, {
      signal: { aborted: false },
      onProgress: (count) => done.push(count),
    });
    expect(done).toEqual([1, 2, 3]);
    const { reference, forms } = comparison;
    expect(reference).toMatchObject({ precision: 'float32', metric: 'maskedAccuracy' });
    expect(reference.value).toBeGreaterThanOrEqual(0);
    expect(forms.map(({ precision, portable }) => [precision, portable])).toEqual(
      COMPARED_FORMS.map(({ precision, portable = false }) => [precision, portable]),
    );
    for (const { bytes, largestDisagreement } of forms) {
      expect(bytes).toBeLessThan(reference.bytes);
      expect(largestDisagreement!.text).toMatch(/\[MASK\]/);
      expect(largestDisagreement!.difference).toBeLessThan(0.05);
    }
    expect(await readExportComparison(directory)).toEqual(comparison);
  });

  it('refuses data that has changed, and writes nothing', async () => {
    const directory = await run();
    fs.appendFileSync(path.join(root, 'data.txt'), 'more');
    const options = { signal: { aborted: false }, onProgress: () => undefined };
    await expect(compareExports(directory, options)).rejects.toMatchObject({ code: 'Data' });
    expect(await readExportComparison(directory)).toBeNull();
  });

  it('ends when it is canceled', async () => {
    const directory = await run();
    const options = { signal: { aborted: true }, onProgress: () => undefined };
    await expect(compareExports(directory, options)).rejects.toMatchObject({ code: 'Cancelled' });
  });
});
