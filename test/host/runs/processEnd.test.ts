import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { trainerGone } from '../../../src/host/runs/processEnd.js';

const host = os.hostname();

describe('trainerGone', () => {
  it('waits for the process, and gives up on one that stays', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const state = { pid: child.pid!, host };
    expect(await trainerGone(state, { timeout: 0 })).toBe(false);
    const gone = trainerGone(state, { timeout: 30_000 });
    child.kill('SIGKILL');
    expect(await gone).toBe(true);
  });

  it('does not wait for a process of another machine, or for none', async () => {
    expect(await trainerGone({ pid: process.pid, host: `not-${host}` }, { timeout: 0 })).toBe(true);
    expect(await trainerGone({ pid: null, host }, { timeout: 0 })).toBe(true);
    expect(await trainerGone(null, { timeout: 0 })).toBe(true);
  });
});
