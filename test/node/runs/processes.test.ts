import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, lookFor, memoryInUse, tokenOf } from '../../../src/node/runs/processes.js';

let folder: string;
let child: ChildProcess;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-processes-'));
  fs.mkdirSync(path.join(folder, 'run'));
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
});
afterEach(() => {
  child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});
const run = (): string => path.join(folder, 'run');

describe('lookFor', () => {
  it('finds a process until it ends', async () => {
    const token = await tokenOf(child.pid!, run());
    expect(await lookFor(token, run())).toBe('alive');
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    expect(await lookFor(token, run())).toBe('gone');
    expect(isAlive(child.pid!)).toBe(false);
  });

  it('is not taken in by a process id that another process has now', async () => {
    const token = await tokenOf(child.pid!, run());
    expect(await lookFor({ ...token, startTime: '12345' }, run())).toBe('gone');
  });

  it('calls a process of an earlier boot gone', async () => {
    const token = await tokenOf(child.pid!, run());
    const earlier = { ...token, bootId: '00000000-0000-0000-0000-000000000000' };
    const sighting = await lookFor(earlier, run());
    // Two machines of one name look the same as one that was restarted.
    expect(sighting).toBe(token.bootId === null ? 'alive' : 'presumedGone');
  });

  it('calls the process of a restarted container gone, and one of another container elsewhere', async () => {
    const token = await tokenOf(child.pid!, run());
    if (token.namespace === null) {
      console.warn('not tested: this system has no process namespaces');
      return;
    }
    const restarted = { ...token, namespace: 'pid:[1]' };
    expect(await lookFor(restarted, run())).toBe('presumedGone');
    expect(await lookFor({ ...restarted, host: 'another' }, run())).toBe('elsewhere');
  });

  it('stays with a machine whose name changes', async () => {
    const token = await tokenOf(child.pid!, run());
    expect(await lookFor({ ...token, host: 'renamed' }, run())).toBe(
      token.bootId === null ? 'elsewhere' : 'alive',
    );
  });

  it('does not find the trainer of the original in a copy, and finds it in a folder that moved', async () => {
    const token = await tokenOf(child.pid!, run());
    const copy = path.join(folder, 'copy');
    fs.cpSync(run(), copy, { recursive: true });
    expect(await lookFor(token, copy)).toBe('gone');
    fs.rmSync(copy, { recursive: true });
    fs.renameSync(run(), copy);
    expect(await lookFor(token, copy)).toBe('alive');
  });

  it('cannot tell which process an id without a start time belongs to', async () => {
    const token = { ...(await tokenOf(child.pid!, run())), startTime: null };
    expect(await lookFor(token, run())).toBe('elsewhere');
    expect(await lookFor({ ...token, pid: 99_999_999 }, run())).toBe('gone');
  });
});

describe.runIf(process.platform === 'linux')('memoryInUse', () => {
  it('reads what a process has taken, and nothing of one that has ended', async () => {
    const token = await tokenOf(child.pid!, run());
    await expect.poll(() => memoryInUse(token, run())).toBeGreaterThan(1e6);
    expect(await memoryInUse(token, run())).toBeLessThan(1e9);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    expect(await memoryInUse(token, run())).toBe(0);
  });
});
