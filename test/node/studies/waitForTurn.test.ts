import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MachineCapacity } from '../../../src/core/runs/queueRoom.js';
import { changeQueue } from '../../../src/node/runs/queueFile.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { waitForTurn } from '../../../src/node/studies/waitForTurn.js';
import { specOf } from '../../support/syntheticRuns.js';

let runsFolder: string;
let said: string[];
let needed: number | null;
let machine: MachineCapacity;
const launcher = { memoryOf: () => Promise.resolve(needed) };
const stop = new AbortController();

beforeEach(() => {
  runsFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-turn-'));
  said = [];
  needed = 1e9;
  machine = { cores: 2, total: 8e9, free: 4e9 };
});
afterEach(() => {
  fs.rmSync(runsFolder, { recursive: true, force: true });
});

function write(name: string, status: 'queued' | 'waiting' | 'finished'): string {
  const directory = path.join(runsFolder, name);
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf(name)));
  const state = JSON.stringify({ ...initialRunState(), status });
  fs.writeFileSync(path.join(directory, 'state.json'), state);
  return directory;
}

/** Waits, and does `then` when the first reason is reported. */
async function wait(directory: string, then: () => unknown = () => undefined): Promise<void> {
  await waitForTurn(directory, {
    ...{ signal: stop.signal, pollSeconds: 0.01, launcher, machine: () => machine },
    report: ({ id }) => {
      said.push(id);
      if (said.length === 1) then();
    },
  });
}

it('does not wait for itself, or for runs that do not train', async () => {
  write('b', 'waiting');
  write('c', 'finished');
  await wait(write('a', 'waiting'));
  expect(said).toEqual([]);
});

it('waits until the other run of the folder has ended, and says so once', async () => {
  const own = write('a', 'waiting');
  write('b', 'queued');
  await wait(own, () => setTimeout(() => write('b', 'finished'), 100));
  expect(said).toEqual(['study.waitsForRun']);
});

it('starts beside a run that leaves it cores and memory', async () => {
  machine = { ...machine, cores: 4 };
  write('b', 'queued');
  await wait(write('a', 'waiting'));
  expect(said).toEqual([]);
});

it('waits for the other run if it needs more memory than the machine has', async () => {
  machine = { ...machine, cores: 4 };
  needed = 9e9;
  const own = write('a', 'waiting');
  write('b', 'queued');
  await wait(own, () => setTimeout(() => write('b', 'finished'), 100));
  expect(said).toEqual(['study.waitsForRun']);
});

it('waits while the queue is paused', async () => {
  const own = write('a', 'waiting');
  const pause = (isPaused: boolean) => changeQueue(runsFolder, (queue) => ({ ...queue, isPaused }));
  await pause(true);
  await wait(own, () => pause(false));
  expect(said).toEqual(['study.waitsForQueue']);
});

it('waits until memory is free, and says so once', async () => {
  needed = 5e9;
  await wait(write('a', 'waiting'), () => {
    machine = { ...machine, free: 4.5e9 };
    setTimeout(() => (machine = { ...machine, free: 6e9 }), 50);
  });
  expect(said).toEqual(['study.waitsForMemory']);
});

it('does not wait for memory that the machine does not have, or that nobody knows', async () => {
  const own = write('a', 'waiting');
  needed = 9e9;
  await wait(own);
  needed = null;
  machine = { ...machine, free: 0 };
  await wait(own);
  expect(said).toEqual([]);
});

it('does not wait for a run that the queue has started', async () => {
  const own = write('a', 'waiting');
  write('b', 'queued');
  await wait(own, () => setTimeout(() => write('a', 'queued'), 100));
  expect(said).toEqual(['study.waitsForRun']);
});

it('ends when it is told to', async () => {
  const own = write('a', 'waiting');
  write('b', 'queued');
  await wait(own, () => {
    stop.abort();
  });
  expect(said).toEqual(['study.waitsForRun']);
});
