import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadInput } from '../../../src/core/data/badInput.js';
import { dataReadingOf, selectionOf } from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { labelledExamples } from '../../../src/node/models/readExamples.js';
import { sampleTokenizer } from '../../core/data/sampleTokenizer.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-examples-'));
  fs.writeFileSync(path.join(folder, 'a.csv'), 'text,label\na b,GOOD\nb a, bad\n');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function labelsWith(options: RunOptions): Promise<number[][]> {
  const examples = await labelledExamples(
    {
      task: {
        ...{ kind: 'classification', labels: ['Good', 'Bad'], multiLabel: false },
        ...{ loss: 'crossEntropy', labelSmoothing: 0, classWeights: null },
      },
      ...{ tokenizer: sampleTokenizer, maxLength: 16, truncation: 'head', stride: null },
    },
    {
      selection: selectionOf(options, { workspaceFolder: folder, paths: ['a.csv'], exclude: [] }),
      reading: { ...dataReadingOf(options), task: 'classification' },
      bad: new BadInput(false),
    },
  );
  return examples.map(({ labels }) => [...labels]);
}

describe('labelled rows for a model', () => {
  it('have the labels of the model in another spelling if look-alikes are merged', async () => {
    expect(await labelsWith({ mergeLabels: true })).toEqual([[0], [1]]);
    await expect(labelsWith({})).rejects.toThrow(/GOOD/);
  });
});
