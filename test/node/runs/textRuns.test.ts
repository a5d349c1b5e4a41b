import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { collectRunData, overviewOf, type RunData } from '../../../src/node/data/runData.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-text-runs-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: string): string => {
  fs.writeFileSync(path.join(folder, name), content);
  return name;
};
const requestOf = (paths: readonly string[], options: RunOptions) => ({
  workspaceFolder: folder,
  paths,
  options,
  splitSeed: 0,
  heldOutFraction: 0.1,
  testFraction: 0,
  signal: undefined,
  report: () => undefined,
});
const collect = (paths: readonly string[], options: RunOptions = {}): Promise<RunData> =>
  collectRunData(requestOf(paths, options));

const ROWS = Array.from({ length: 40 }, (_, i) => ({
  id: i,
  text: `The ship number ${i} went to sea.`,
}));
const jsonLines = (rows: readonly object[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');

describe('tables without labels', () => {
  it('are learned as text, their text alone counting as size', async () => {
    write('a.jsonl', jsonLines(ROWS));
    const { task, labelled, size, reading } = await collect(['a.jsonl']);
    expect(task).toEqual({ kind: 'masked-lm' });
    expect(labelled).toBeNull();
    expect(reading.columns).toBeNull();
    expect(size).toEqual({ bytes: ROWS.reduce((sum, { text }) => sum + text.length, 0) });
    const { tasks, columns, names } = await overviewOf(requestOf(['a.jsonl'], {}));
    expect(tasks).toEqual([{ kind: 'masked-lm' }]);
    expect(columns).toEqual({ text: 'text', pair: null, labels: [] });
    expect(names).toEqual(['id', 'text']);
  });

  it('keep their columns for groups and splits in the spec', async () => {
    write('a.jsonl', jsonLines(ROWS.map((row) => ({ ...row, who: 'x', set: 'train' }))));
    const options = { task: 'masked-lm', groupColumn: 'who', splitColumn: 'set' } as const;
    const { reading } = await collect(['a.jsonl'], options);
    expect(reading.columns).toEqual({
      text: 'text',
      pair: null,
      label: null,
      group: 'who',
      split: 'set',
    });
  });

  it('still have labels where one is named, or known by its name', async () => {
    const named = ROWS.map((row, i) => ({ ...row, kind: i % 2 === 0 ? 'calm' : 'storm' }));
    write('a.jsonl', jsonLines(named));
    expect((await collect(['a.jsonl'], { labelColumn: ['kind'] })).task.kind).toBe(
      'classification',
    );
    write('b.jsonl', jsonLines(named.map(({ kind: label, text }) => ({ text, label }))));
    expect((await collect(['b.jsonl'])).task.kind).toBe('classification');
  });

  it('name the file, the row and the remedy of what cannot be read, or leave it out and say so', async () => {
    write('a.jsonl', `${jsonLines(ROWS)}\n{"id": 3,\n`);
    await expect(collect(['a.jsonl'])).rejects.toMatchObject({
      data: { code: 'Data', details: { file: 'a.jsonl', row: 41 } },
    });
    const { warnings } = await collect(['a.jsonl'], { skipBad: true });
    expect(warnings).toMatchObject([
      expect.stringMatching(/^1 row or file left out\. a\.jsonl, line 41: is not JSON/),
    ]);
  });

  it('refuse columns where there is no table', async () => {
    write('a.txt', 'The sea.');
    await expect(collect(['a.txt'], { groupColumn: 'who' })).rejects.toThrow(/no table/);
  });
});

describe('splits of labelled rows', () => {
  it('follow the column that names them', async () => {
    const rows = ROWS.map(({ text }, i) => ({
      text,
      label: i % 2 === 0 ? 'calm' : 'storm',
      set: i < 30 ? 'train' : 'test',
    }));
    write('a.jsonl', jsonLines(rows));
    const { size } = await collect(['a.jsonl'], { splitColumn: 'set', heldOut: 0 });
    expect((size as { rows: number }).rows).toBeGreaterThan(20);
    expect((size as { rows: number }).rows).toBeLessThanOrEqual(30);
    write('b.jsonl', jsonLines(rows.map((row) => ({ ...row, set: 'sometimes' }))));
    await expect(collect(['b.jsonl'], { splitColumn: 'set' })).rejects.toMatchObject({
      data: { details: { file: 'b.jsonl', row: 1, column: 'set' } },
    });
  });
});
