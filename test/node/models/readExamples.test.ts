import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInput } from '../../../src/core/data/badInput.js';
import { dataReadingOf, selectionOf } from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { labelledExamples, type FoundExamples } from '../../../src/node/models/readExamples.js';
import { sampleTokenizer } from '../../core/data/sampleTokenizer.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-examples-'));
  fs.writeFileSync(path.join(folder, 'a.csv'), 'text,label\na b,GOOD\nb a, bad\n');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function examplesWith(options: RunOptions, paths = ['a.csv']): Promise<FoundExamples> {
  return labelledExamples(
    {
      task: {
        ...{ kind: 'classification', labels: ['Good', 'Bad'], multiLabel: false },
        ...{ loss: 'crossEntropy', labelSmoothing: 0, classWeights: null },
      },
      ...{ tokenizer: sampleTokenizer, maxLength: 16, truncation: 'head', stride: null },
    },
    {
      selection: selectionOf(options, { workspaceFolder: folder, paths, exclude: [] }),
      reading: { ...dataReadingOf(options), task: 'classification' },
      bad: new BadInput(false),
    },
  );
}

async function labelsWith(options: RunOptions): Promise<number[][]> {
  const { examples } = await examplesWith(options);
  return examples.map(({ labels }) => [...labels]);
}

describe('labelled rows for a model', () => {
  it('have the labels of the model in another spelling if look-alikes are merged', async () => {
    expect(await labelsWith({ mergeLabels: true })).toEqual([[0], [1]]);
    await expect(labelsWith({})).rejects.toThrow(/GOOD/);
  });

  it('are told with the files that label folders leave out', async () => {
    for (const label of ['Good', 'Bad'])
      fs.mkdirSync(path.join(folder, 'texts', label), { recursive: true });
    fs.writeFileSync(path.join(folder, 'texts/Good/1.txt'), 'a b');
    fs.writeFileSync(path.join(folder, 'texts/Bad/1.txt'), 'b a');
    fs.writeFileSync(path.join(folder, 'texts/README'), 'a');
    const { examples, notes } = await examplesWith({ format: 'folders' }, ['texts']);
    expect(examples).toHaveLength(2);
    expect(notes.map(({ id }) => id)).toEqual(['data.outsideLabelFolders', 'data.labelsOfFolders']);
  });
});
