import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { QueueDispatcher } from '../../../src/node/runs/queueDispatcher.js';
import { readQueueWaits } from '../../../src/node/runs/queueFile.js';
import { listRuns } from '../../../src/node/runs/runReader.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';

let runsFolder: string;
let dispatcher: QueueDispatcher;
let started: string[];
let needs: Record<string, number>;
let machine = { total: 8e9, free: 4e9 };

beforeEach(() => {
  runsFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-dispatch-'));
  [started, needs, machine] = [[], {}, { total: 8e9, free: 4e9 }];
  dispatcher = new QueueDispatcher({
    runsFolder,
    runs: () => listRuns(runsFolder),
    start: ({ id, directory }) => {
      started.push(id);
      write(directory, 'finished');
      return Promise.resolve();
    },
    memoryOf: ({ id }) => Promise.resolve(needs[id] ?? null),
    machine: () => machine,
  });
});
afterEach(() => {
  dispatcher.dispose();
  fs.rmSync(runsFolder, { recursive: true, force: true });
});

function write(directory: string, status: 'waiting' | 'finished'): void {
  const state = JSON.stringify({ ...initialRunState(), status });
  fs.writeFileSync(path.join(directory, 'state.json'), state);
}

function enqueue(...names: string[]): void {
  for (const name of names) {
    const directory = path.join(runsFolder, name);
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf(name)));
    write(directory, 'waiting');
  }
}

it('holds the first run and those behind it back until memory is free', async () => {
  enqueue('a', 'b');
  needs = { a: 5e9, b: 1e9 };
  expect(await dispatcher.update()).toBe(true);
  expect(started).toEqual([]);
  expect((await readQueueWaits(runsFolder)).memory).toEqual({
    a: { neededBytes: 5e9, freeBytes: 4e9, totalBytes: 8e9 },
  });
  machine = { total: 8e9, free: 6e9 };
  await dispatcher.update();
  expect(started).toEqual(['a']);
  expect((await readQueueWaits(runsFolder)).memory).toEqual({});
});

it('passes over a run that needs more than the machine has, and then has nothing left to start', async () => {
  enqueue('a', 'b');
  needs = { a: 9e9, b: 1e9 };
  expect(await dispatcher.update()).toBe(true);
  expect(started).toEqual(['b']);
  expect(await dispatcher.update()).toBe(false);
  expect(started).toEqual(['b']);
});

it('starts a run whose need is unknown', async () => {
  enqueue('a');
  machine = { total: 8e9, free: 0 };
  await dispatcher.update();
  expect(started).toEqual(['a']);
});
