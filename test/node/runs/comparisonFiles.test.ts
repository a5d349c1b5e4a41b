import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_VIEW } from '../../../src/core/experiments/compare/compareView.js';
import {
  comparisonsFolderOf,
  listComparisons,
  saveComparison,
} from '../../../src/node/runs/comparisonFiles.js';
import { diffPredictions } from '../../../src/node/runs/diffPredictions.js';
import { ItemDigests } from '../../../src/node/runs/itemDigests.js';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';
import { makeComparedRun } from '../../support/comparedRuns.js';

let folder = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-comparisons-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('saved comparisons', () => {
  const comparison = {
    version: 1,
    name: 'Learning rates',
    runs: ['a'],
    view: DEFAULT_VIEW,
  } as const;

  it('are listed by name, and one of the same name is replaced', async () => {
    await saveComparison(folder, comparison);
    await saveComparison(folder, { ...comparison, runs: ['a', 'b'] });
    await saveComparison(folder, { ...comparison, name: '掩码率' });
    await saveComparison(folder, { ...comparison, name: '学习率' });
    const found = await listComparisons(folder);
    expect(found.map(({ name }) => name).sort()).toEqual(
      ['Learning rates', '学习率', '掩码率'].sort(),
    );
    expect(found.find(({ name }) => name === 'Learning rates')!.runs).toEqual(['a', 'b']);
  });

  it('leave out files that hold none', async () => {
    expect(await listComparisons(folder)).toEqual([]);
    const views = comparisonsFolderOf(folder);
    fs.mkdirSync(views, { recursive: true });
    for (const [name, content] of [
      ['broken.json', '{"version": 1'],
      ['other.json', '{"version": 2}'],
      ['long.json', JSON.stringify({ ...comparison, name: 'x'.repeat(2000) })],
      ['nested.json', '['.repeat(100_000)],
      ['good.json', JSON.stringify(comparison)],
      ['notes.txt', 'text'],
    ] as const) {
      fs.writeFileSync(path.join(views, name), content);
    }
    fs.symlinkSync('/dev/zero', path.join(views, 'endless.json'));
    expect((await listComparisons(folder)).map(({ name }) => name)).toEqual(['Learning rates']);
  });
});

const score = (key: string, token: number): ExampleScore => ({
  ...{ key, split: 'heldOut', evaluated: true, file: 'a', line: 1, group: null, nll: [1] },
  scored: {
    kind: 'maskedTokens',
    tokens: [
      { index: token, original: { id: 5, token: 'five' }, predicted: { id: 5, token: 'five' } },
    ],
  },
});
const made = (id: string, scores?: ExampleScore[]): string =>
  makeComparedRun(folder, {
    ...{ id, seed: 0, learningRate: 1e-3, loss: 1, steps: 20 },
    ...(scores === undefined ? {} : { scores }),
  });

describe('items that runs were evaluated on', () => {
  it('have equal names for the same targets in any order, and others for other masks', async () => {
    const digests = new ItemDigests();
    const first = await digests.of(made('1-0-a', [score('x', 1), score('y', 2)]), 'heldOut');
    expect(first).not.toBeNull();
    expect(await digests.of(made('1-0-b', [score('y', 2), score('x', 1)]), 'heldOut')).toBe(first);
    expect(await digests.of(made('1-0-c', [score('x', 1), score('y', 3)]), 'heldOut')).not.toBe(
      first,
    );
    expect(await digests.of(made('1-0-d'), 'heldOut')).toBeNull();
  });

  it('are unknown where the file is damaged, until it is replaced', async () => {
    const digests = new ItemDigests();
    const run = made('1-0-e', [score('x', 1)]);
    const file = path.join(run, 'heldout.jsonl');
    const content = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, `${content}{`);
    expect(await digests.of(run, 'heldOut')).toBeNull();
    fs.writeFileSync(file, content);
    expect(await digests.of(run, 'heldOut')).not.toBeNull();
  });
});

describe('predictions of two runs', () => {
  it('are compared where both have scores of the split', async () => {
    const [a, b] = [made('1-0-a', [score('x', 1)]), made('1-0-b', [score('x', 1)])];
    const filter = { split: 'heldOut', kind: 'broken', slice: null } as const;
    expect((await diffPredictions(a, b, filter))?.counts.bothRight).toBe(1);
    expect(await diffPredictions(a, made('1-0-c'), filter)).toBeNull();
    expect(await diffPredictions(a, b, { ...filter, split: 'test' })).toBeNull();
  });
});
