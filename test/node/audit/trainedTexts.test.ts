import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordKey } from '../../../src/core/data/scanLabels.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { trainedTextsOf } from '../../../src/node/audit/trainedTexts.js';
import { createRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { useScratchFolder } from '../data/readers/scratchFolder.js';

const folder = useScratchFolder();

const SPLITS = ['train', 'train', 'train', 'test', 'validation'];

function textOf(i: number): string {
  return `soup${i} was${i} very${i} good${i} and${i} bad${i}`;
}

async function newRun(label: (i: number) => string, options: RunOptions = {}): Promise<string> {
  const modelFolder = path.join(folder.path, 'tiny');
  await writeTinyModel(modelFolder, 'the soup was very good and bad');
  const rows = Array.from({ length: 20 }, (_, i) => `${textOf(i)},${label(i)},${SPLITS[i % 5]!}\n`);
  folder.write('data.csv', `text,label,split\n${rows.join('')}`);
  const { directory } = await createRun(
    await inspectRun({
      ...{ runsFolder: path.join(folder.path, '.masklab/runs'), workspaceFolder: folder.path },
      ...{ paths: ['data.csv'], modelFolder },
      options: { splitColumn: 'split', ...options },
    }),
  );
  return path.join(directory, 'model');
}

describe('the texts that the model of a run was trained on', () => {
  it.each([
    ['a classifier', (i: number) => (i % 2 === 0 ? 'good' : 'bad'), {}],
    ['a regressor', (i: number) => String(i), { task: 'regression' } as const],
  ])('are those of the training split of %s', async (_, label, options) => {
    const texts = await trainedTextsOf(await newRun(label, options));
    const trained = Array.from({ length: 20 }, (__, i) => i).filter((i) => i % 5 < 3);
    expect([...texts!.keys].sort()).toEqual(trained.map((i) => recordKey(textOf(i), null)).sort());
  });

  it('are those of its shifted sample, too', async () => {
    folder.write('elsewhere.csv', `text,label\nan old soup,good\n${textOf(3)},bad\n`);
    const options = { shiftedData: ['elsewhere.csv'] };
    const texts = await trainedTextsOf(
      await newRun((i) => (i % 2 === 0 ? 'good' : 'bad'), options),
    );
    expect(texts!.keys.has(recordKey('an old soup', null))).toBe(true);
    // A row of the test split is not trained on.
    expect(texts!.keys.has(recordKey(textOf(3), null))).toBe(false);
    const near = { text: 'an old  soup', pair: null, key: 'of another spelling' };
    expect(texts!.overlapOf(near)).toBe('near');
  });

  it('are not known without a run, or if its data has changed or is gone', async () => {
    const model = await newRun((i) => (i % 2 === 0 ? 'good' : 'bad'));
    expect(await trainedTextsOf(path.join(folder.path, 'tiny'))).toBeNull();
    fs.appendFileSync(path.join(folder.path, 'data.csv'), 'new soup,good,train\n');
    expect(await trainedTextsOf(model)).toBeNull();
    fs.rmSync(path.join(folder.path, 'data.csv'));
    expect(await trainedTextsOf(model)).toBeNull();
  });

  it('are not read once the audit is cancelled', async () => {
    const model = await newRun((i) => (i % 2 === 0 ? 'good' : 'bad'));
    await expect(trainedTextsOf(model, { aborted: true })).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    });
  });
});
