import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunsFolderWatch, type PollIntervals } from '../../../src/node/runs/runsFolderWatch.js';
import { makeComparedRun } from '../../support/comparedRuns.js';

const NEVER = 3_600_000;

let folder: string;
let watch: RunsFolderWatch | null = null;
let told: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-folder-watch-'));
  told = [];
});
afterEach(() => {
  watch?.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

const make = (name: string, status: 'finished' | 'stopped' = 'finished'): string =>
  makeComparedRun(folder, {
    ...{ id: `20260101-000000-${name}`, seed: 0, learningRate: 1e-3, loss: 1, steps: 1, status },
  });

function begin(polls: PollIntervals): void {
  watch = new RunsFolderWatch(
    folder,
    {
      onRun: ({ name, status }) => told.push(`${name} ${status}`),
      onGone: ({ id }) => told.push(`${id} gone`),
    },
    polls,
  );
}

const untilTold = (...expected: string[]) =>
  expect.poll(() => told, { timeout: 10_000, interval: 20 }).toEqual(expected);

function rename(directory: string, name: string): void {
  const file = path.join(directory, 'annotations.json');
  fs.writeFileSync(`${file}.new`, JSON.stringify({ version: 1, name }));
  fs.renameSync(`${file}.new`, file);
}

describe('a watch of a runs folder', () => {
  it('tells of changes as they happen, without asking again', async () => {
    const one = make('one');
    begin({ live: NEVER, all: NEVER });
    await untilTold('one finished');
    rename(one, 'renamed');
    await untilTold('one finished', 'renamed finished');
    make('two', 'stopped');
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe('two stopped');
    fs.rmSync(one, { recursive: true });
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toBe('20260101-000000-one gone');
  });

  it('reads nothing again for rows that a trainer appends', async () => {
    const one = make('one');
    begin({ live: NEVER, all: NEVER });
    await untilTold('one finished');
    fs.appendFileSync(path.join(one, 'metrics.jsonl'), '\n');
    fs.appendFileSync(path.join(one, 'log.jsonl'), '\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual(['one finished']);
  });

  it('finds what no event tells of, in a folder that does not exist yet too', async () => {
    fs.rmSync(folder, { recursive: true });
    begin({ live: NEVER, all: 50 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toEqual([]);
    make('one');
    await expect.poll(() => told, { timeout: 10_000 }).toContain('one finished');
  });

  it('ends with the error if the folder is none', async () => {
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    watch = new RunsFolderWatch(file, { onRun: () => undefined, onGone: () => undefined });
    await expect(watch.failed).rejects.toMatchObject({ data: { code: 'Storage' } });
  });
});
