import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { QueueDispatcher } from '../../../src/node/runs/queueDispatcher.js';
import { readQueueWaits } from '../../../src/node/runs/queueFile.js';
import { listRuns } from '../../../src/node/runs/runReader.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';

let runsFolder: string;
let dispatcher: QueueDispatcher;
/** Folder of other runs on this machine. */
let elsewhere: string | null;
let started: string[];
let endsAtOnce: boolean;
let needs: Record<string, number>;
let machine = { cores: 4, total: 8e9, free: 4e9 };

beforeEach(() => {
  [endsAtOnce, elsewhere] = [true, null];
  runsFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-dispatch-'));
  [started, needs, machine] = [[], {}, { cores: 4, total: 8e9, free: 4e9 }];
  dispatcher = new QueueDispatcher({
    runsFolder,
    runs: async () => [
      ...(await listRuns(runsFolder)),
      ...(elsewhere === null ? [] : await listRuns(elsewhere)),
    ],
    start: ({ id, directory }) => {
      started.push(id);
      write(directory, endsAtOnce ? 'finished' : 'queued');
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

function write(directory: string, status: 'waiting' | 'queued' | 'finished'): void {
  const state = JSON.stringify({ ...initialRunState(), status });
  fs.writeFileSync(path.join(directory, 'state.json'), state);
}

function enqueue(...names: string[]): void {
  for (const name of names) enqueueWith(2, name);
}

function enqueueWith(threads: number, name: string): void {
  const directory = path.join(runsFolder, name);
  fs.mkdirSync(directory, { recursive: true });
  const spec = specOf(name);
  const content = JSON.stringify({ ...spec, training: { ...spec.training, threads } });
  fs.writeFileSync(path.join(directory, 'run.json'), content);
  write(directory, 'waiting');
}

/** Updates the queue as often as it takes to start everything that there is room for. */
async function updateAll(): Promise<boolean> {
  let isWaiting = true;
  for (let i = 0; i < 5; i++) isWaiting = await dispatcher.update();
  return isWaiting;
}

it('holds the first run and those behind it back until memory is free', async () => {
  enqueue('a', 'b');
  needs = { a: 5e9, b: 1e9 };
  expect(await dispatcher.update()).toBe(true);
  expect(started).toEqual([]);
  expect((await readQueueWaits(runsFolder)).memory).toEqual({
    a: { neededBytes: 5e9, freeBytes: 4e9, totalBytes: 8e9 },
  });
  machine = { ...machine, free: 6e9 };
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
  machine = { ...machine, free: 0 };
  await dispatcher.update();
  expect(started).toEqual(['a']);
});

describe('runs that train for a while', () => {
  beforeEach(() => {
    endsAtOnce = false;
  });
  const end = (name: string): void => {
    write(path.join(runsFolder, name), 'finished');
  };

  it('start side by side while cores and memory last, in their order', async () => {
    enqueue('a', 'b', 'c');
    needs = { a: 1e9, b: 1e9, c: 1e9 };
    expect(await updateAll()).toBe(true);
    expect(started).toEqual(['a', 'b']);
    end('a');
    expect(await updateAll()).toBe(false);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('never want more threads than there are cores, and none overtakes', async () => {
    enqueueWith(3, 'a');
    enqueueWith(2, 'b');
    enqueueWith(1, 'c');
    needs = { a: 1e9, b: 1e9, c: 1e9 };
    await updateAll();
    expect(started).toEqual(['a']);
    end('a');
    await updateAll();
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('leave the memory that they have not taken yet to one another', async () => {
    enqueue('a', 'b');
    needs = { a: 3e9, b: 2e9 };
    await updateAll();
    expect(started).toEqual(['a']);
    expect((await readQueueWaits(runsFolder)).memory).toEqual({
      b: { neededBytes: 2e9, freeBytes: 1e9, totalBytes: 8e9 },
    });
    machine = { ...machine, free: 5e9 };
    await updateAll();
    expect(started).toEqual(['a', 'b']);
  });

  it.runIf(process.platform === 'linux')(
    'keep memory free that they have not taken yet',
    async () => {
      enqueue('a', 'b');
      // This process has taken a part of the memory that run a needs.
      const a = path.join(runsFolder, 'a');
      const state = {
        ...initialRunState(),
        status: 'running',
        process: await tokenOf(process.pid, a),
      };
      fs.writeFileSync(path.join(a, 'state.json'), JSON.stringify(state));
      needs = { a: 3e9, b: 3.9e9 };
      await updateAll();
      const [wait] = Object.values((await readQueueWaits(runsFolder)).memory);
      expect(wait!.freeBytes).toBeGreaterThan(1e9);
      expect(wait!.freeBytes).toBeLessThan(3.9e9);
    },
  );

  it('are waited for by a run whose need is unknown, and by one beside such a run', async () => {
    enqueue('a', 'b');
    needs = { a: 1e9 };
    await updateAll();
    expect(started).toEqual(['a']);
    end('a');
    enqueue('c');
    needs = { c: 1e9 };
    await updateAll();
    expect(started).toEqual(['a', 'b']);
  });

  it('are passed by a run of which the machine is too small for the one before it', async () => {
    enqueue('a', 'b', 'c');
    needs = { a: 1e9, b: 9e9, c: 1e9 };
    await updateAll();
    expect(started).toEqual(['a', 'c']);
  });

  it('of other folders count as well', async () => {
    enqueue('a');
    needs = { a: 1e9, elsewhere: 1e9 };
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-dispatch-'));
    const directory = path.join(other, 'elsewhere');
    fs.mkdirSync(directory);
    const spec = specOf('elsewhere');
    const content = JSON.stringify({ ...spec, training: { ...spec.training, threads: 3 } });
    fs.writeFileSync(path.join(directory, 'run.json'), content);
    write(directory, 'queued');
    elsewhere = other;
    await updateAll();
    expect(started).toEqual([]);
    write(directory, 'waiting');
    await updateAll();
    expect(started).toEqual(['a']);
    fs.rmSync(other, { recursive: true });
  });
});
