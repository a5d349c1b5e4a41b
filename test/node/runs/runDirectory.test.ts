import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsRowSchema, type RunState } from '../../../src/core/runs/schema.js';
import { followRun } from '../../../src/node/runs/followRun.js';
import {
  deleteRun,
  listRuns,
  readRun,
  requestControl,
} from '../../../src/node/runs/runDirectory.js';
import { lockRun } from '../../../src/node/runs/runLock.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';

const state: RunState = {
  ...initialRunState(),
  status: 'running',
  pid: process.pid,
  totalSteps: 10,
};
const row = (step: number) =>
  metricsRowSchema.parse({ step, epoch: 0, time: 0, split: 'train', loss: 1 });

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-runs-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});
const runIn = (name: string): string => {
  const directory = path.join(folder, name);
  fs.mkdirSync(directory);
  return directory;
};

describe('readRun', () => {
  it('shows a directory it cannot read, with the reason', async () => {
    const run = await readRun(runIn('empty'));
    expect(run.status).toBe('unreadable');
    expect(run.problem).toBe('run.json is missing');
    fs.writeFileSync(path.join(run.directory, 'run.json'), '{"version": 1, ');
    expect((await readRun(run.directory)).problem).toMatch(/^run\.json: /);
  });

  it('lists newest first and passes over what is being written or deleted', async () => {
    for (const name of ['20260101-000000-a', '20260102-000000-b', '.20260103-c.tmp']) runIn(name);
    expect((await listRuns(folder)).map(({ id }) => id)).toEqual([
      '20260102-000000-b',
      '20260101-000000-a',
    ]);
    expect(await listRuns(path.join(folder, 'none'))).toEqual([]);
  });
});

describe('deleteRun', () => {
  it('removes even a run that cannot be read', async () => {
    const directory = runIn('broken');
    fs.writeFileSync(path.join(directory, 'run.json'), 'x');
    await deleteRun(directory);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('RunWriter', () => {
  it('takes a control file once and drops one that does not parse', () => {
    const directory = runIn('a');
    const writer = new RunWriter(directory, state);
    requestControl(directory, 'pause');
    expect(writer.takeControl()).toBe('pause');
    expect(writer.takeControl()).toBeNull();
    fs.writeFileSync(path.join(directory, 'control.json'), '{"command":"explode"}');
    expect(writer.takeControl()).toBeNull();
    expect(fs.existsSync(path.join(directory, 'control.json'))).toBe(false);
  });

  it('names a full disk as such', () => {
    const directory = runIn('full');
    fs.symlinkSync('/dev/full', path.join(directory, 'metrics.jsonl'));
    const write = (): void => {
      new RunWriter(directory, state).metrics(row(1));
    };
    expect(write).toThrow(
      expect.objectContaining({
        data: expect.objectContaining({
          code: 'Storage',
          details: expect.objectContaining({ reason: 'full' }) as unknown,
        }) as unknown,
      }) as Error,
    );
  });
});

describe('lockRun', () => {
  it('refuses a second trainer while the first lives, and takes over from a dead one', async () => {
    const directory = runIn('a');
    const file = path.join(directory, 'trainer.lock');
    fs.writeFileSync(file, `${process.ppid} ${os.hostname()}`);
    await expect(lockRun(directory, { patience: 100 })).rejects.toThrow(/already being trained/);
    // Above any pid that Linux, macOS or Windows hands out by default.
    fs.writeFileSync(file, `99999999 ${os.hostname()}`);
    (await lockRun(directory)).release();
    expect(fs.existsSync(file)).toBe(false);
  });
});

describe('followRun', () => {
  it('replays, tails, and starts over when a resumed run cut its files back', async () => {
    const directory = runIn('a');
    const writer = new RunWriter(directory, state);
    writer.metrics(row(1));
    const kept = writer.appendedBytes();
    writer.metrics(row(2));
    const seen: (number | 'reset')[] = [];
    const follower = followRun(directory, {
      onMetrics: (rows) => seen.push(...rows.map(({ step }) => step)),
      onReset: () => seen.push('reset'),
    });
    try {
      await expect.poll(() => seen).toEqual([1, 2]);
      writer.metrics(row(3));
      await expect.poll(() => seen, { timeout: 5000 }).toEqual([1, 2, 3]);
      writer.cutBack(kept);
      for (const step of [2, 3, 4]) writer.metrics(row(step));
      await expect.poll(() => seen, { timeout: 5000 }).toEqual([1, 2, 3, 'reset', 1, 2, 3, 4]);
    } finally {
      follower.dispose();
    }
  });
});
