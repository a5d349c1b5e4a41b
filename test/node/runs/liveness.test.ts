import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunState } from '../../../src/core/runs/schema.js';
import { followRun } from '../../../src/node/runs/followRun.js';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { lockRun } from '../../../src/node/runs/runLock.js';
import { RunReader } from '../../../src/node/runs/runReader.js';
import { storedState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { specOf } from '../../support/syntheticRuns.js';
import { runningState, useRunsFolder } from './runsInFolder.js';

const HOUR = 3_600_000;
const runs = useRunsFolder();
afterEach(() => {
  vi.useRealTimers();
});

/** A run directory with a readable spec. */
function runIn(name: string): string {
  const directory = runs.runIn(name);
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf(name)));
  return directory;
}

function writeState(file: string, state: RunState): void {
  fs.writeFileSync(file, JSON.stringify(storedState(state)));
}

/** Sets the clock of this process; time that is measured without it is real. */
function stepClock(milliseconds: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(now + milliseconds);
}

describe('a process id that another process has now', () => {
  it('makes a run read as crashed, and lets the next trainer in at once', async () => {
    const directory = runIn('a');
    const mine = await tokenOf(process.pid, directory);
    const reused = { ...mine, startTime: '12345' };
    writeState(path.join(directory, 'state.json'), { ...(await runningState()), process: reused });
    const claim = path.join(directory, 'lock/1');
    fs.mkdirSync(claim, { recursive: true });
    fs.writeFileSync(path.join(claim, 'owner.json'), JSON.stringify(reused));
    const reader = new RunReader();
    expect((await reader.read(directory)).status).toBe('crashed');
    const lock = await lockRun(directory, { patience: 0 });
    writeState(path.join(directory, 'state.json'), { ...(await runningState()), process: mine });
    expect((await reader.read(directory)).status).toBe('running');
    lock.release();
  });
});

describe.each([
  ['backward', -HOUR],
  ['forward', HOUR],
])('a clock that steps %s while a run is live', (_direction, step) => {
  it('neither ends the run nor delays those who follow it', async () => {
    const directory = runIn('a');
    const mine = await tokenOf(process.pid, directory);
    const writer = new RunWriter(directory, { ...(await runningState()), process: mine });
    writer.update({ step: 1 });
    const seen: string[] = [];
    const follower = followRun(directory, {
      onState: ({ status, state }) => seen.push(`${status} ${state?.step}`),
    });
    try {
      await expect.poll(() => seen).toEqual(['running 1']);
      stepClock(step);
      writer.update({ step: 2 });
      await expect.poll(() => seen, { timeout: 4000 }).toEqual(['running 1', 'running 2']);
      stepClock(step);
      writer.update({ status: 'finished', process: null });
      await expect.poll(() => seen.at(-1), { timeout: 4000 }).toBe('finished 2');
      expect(seen).toHaveLength(3);
    } finally {
      follower.dispose();
    }
  });

  it('leaves the pace of the heartbeat as it is', async () => {
    const directory = runIn('a');
    const writer = new RunWriter(directory, await runningState());
    const written = (): unknown =>
      (JSON.parse(fs.readFileSync(path.join(directory, 'state.json'), 'utf8')) as RunState).step;
    writer.update({ step: 1 });
    stepClock(step);
    writer.update({ step: 2 }, { now: false });
    expect(written()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    writer.update({ step: 3 }, { now: false });
    expect(written()).toBe(3);
  });
});

describe.skipIf(process.platform === 'win32')('a run that is read while its trainer exits', () => {
  const EXITS = 60;
  const READERS = 4;

  it(`is never seen as crashed, in ${EXITS} exits`, async () => {
    const running = await runningState();
    for (let exit = 0; exit < EXITS; exit++) {
      const directory = runIn(`exit-${exit}`);
      const state = path.join(directory, 'state.json');
      const last = path.join(directory, 'last.json');
      // Puts its last state in place and is gone with that call.
      const child = spawn('sh', ['-c', 'read go; exec mv last.json state.json'], {
        cwd: directory,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      await once(child, 'spawn');
      const trainer = await tokenOf(child.pid!, directory);
      writeState(state, { ...running, process: trainer });
      writeState(last, { ...running, status: 'finished', process: null });
      let isOver = false;
      const readAll = async (): Promise<string[]> => {
        const reader = new RunReader();
        const seen = new Set<string>();
        while (!isOver) seen.add((await reader.read(directory)).status);
        seen.add((await reader.read(directory)).status);
        return [...seen];
      };
      const readers = Array.from({ length: READERS }, readAll);
      const closed = once(child, 'close');
      child.stdin.end('go\n');
      await closed;
      isOver = true;
      for (const seen of await Promise.all(readers)) {
        expect(seen).not.toContain('crashed');
        expect(seen.at(-1)).toBe('finished');
      }
    }
  }, 20_000);
});
