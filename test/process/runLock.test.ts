import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenOf } from '../../src/node/runs/processes.js';
import { lockOwner, lockRun } from '../../src/node/runs/runLock.js';
import type { Contest } from './lockContender.js';

const RACES = 150;
const CONTENDERS = 4;

interface Answer {
  readonly owns: boolean;
  readonly reason?: string;
}

let folder: string;
let contenders: ChildProcess[];
let runs = 0;
let directory: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-lock-'));
  const outfile = path.join(folder, 'contender.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'lockContender.ts')],
    ...{ outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
  });
  contenders = Array.from({ length: CONTENDERS }, () => fork(outfile));
});
afterAll(() => {
  for (const contender of contenders) contender.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  directory = path.join(folder, `run-${runs++}`);
  fs.mkdirSync(directory);
});

/** All contenders at once. */
function everyone(action: Contest['action']): Promise<Answer[]> {
  return Promise.all(
    contenders.map(async (contender) => {
      const answered = once(contender, 'message') as Promise<[Answer]>;
      contender.send({ directory, action } satisfies Contest);
      return (await answered)[0];
    }),
  );
}

/** Leaves the claim of a process that was killed. */
async function leaveStaleClaim(number: number): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const token = await tokenOf(child.pid!, directory);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const claim = path.join(directory, 'lock', String(number));
  fs.mkdirSync(claim, { recursive: true });
  fs.writeFileSync(path.join(claim, 'owner.json'), JSON.stringify(token));
}

describe('lockRun', () => {
  it(`gives a stale lock to one of ${CONTENDERS} processes, ${RACES} times`, async () => {
    await leaveStaleClaim(1);
    const stale = fs.readFileSync(path.join(directory, 'lock/1/owner.json'));
    for (let race = 0; race < RACES; race++) {
      const answers = await everyone('lock');
      const owners = answers.filter(({ owns }) => owns);
      expect(owners, JSON.stringify(answers)).toHaveLength(1);
      const reasons = answers.flatMap(({ reason }) => reason ?? []);
      expect(reasons.every((reason) => reason.includes('RunOwned'))).toBe(true);
      await everyone('release');
      // Every other race begins with a released lock, the others with one whose owner died.
      if (race % 2 === 1) continue;
      const [last] = fs.readdirSync(path.join(directory, 'lock')).slice(-1);
      const claim = path.join(directory, 'lock', last!);
      fs.rmSync(path.join(claim, 'released'));
      fs.writeFileSync(path.join(claim, 'owner.json'), stale);
    }
  });

  it('refuses a second owner while the first lives, and names it', async () => {
    const lock = await lockRun(directory);
    await expect(lockRun(directory, { patience: 100 })).rejects.toMatchObject({
      data: { code: 'RunOwned', details: { pid: process.pid, isVerified: true } },
    });
    expect(lock.isHeld()).toBe(true);
    lock.release();
    (await lockRun(directory, { patience: 0 })).release();
  });

  it('takes over from an owner that cannot be asked only when told to, which ends that owner', async () => {
    const lock = await lockRun(directory);
    const owner = path.join(directory, 'lock/1/owner.json');
    const elsewhere = { ...lock.token, host: 'another', bootId: 'another' };
    fs.writeFileSync(owner, JSON.stringify(elsewhere));
    await expect(lockRun(directory, { patience: 100 })).rejects.toMatchObject({
      data: { code: 'RunOwned', details: { host: 'another', isVerified: false } },
    });
    const next = await lockRun(directory, { patience: 100, takeOver: true });
    expect([lock.isHeld(), next.isHeld()]).toEqual([false, true]);
    next.release();
  });

  it('starts at once in a copy of a run that is being trained', async () => {
    const lock = await lockRun(directory);
    const copy = `${directory}-copy`;
    fs.cpSync(directory, copy, { recursive: true });
    const began = performance.now();
    const other = await lockRun(copy, { patience: 0 });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(lock.isHeld()).toBe(true);
    other.release();
    lock.release();
  });

  it.skipIf(process.platform === 'win32')('believes no owner elsewhere', async () => {
    const lock = await lockRun(directory);
    expect(await lockOwner(directory)).toMatchObject({ pid: process.pid });
    const owner = path.join(directory, 'lock/1/owner.json');
    fs.renameSync(owner, `${directory}-owner.json`);
    fs.symlinkSync(`${directory}-owner.json`, owner);
    expect(await lockOwner(directory)).toBeNull();
    lock.release();
  });

  it('is lost once the folder of the run is gone', async () => {
    const lock = await lockRun(directory);
    fs.rmSync(directory, { recursive: true });
    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(fs.existsSync(directory)).toBe(false);
  });
});
