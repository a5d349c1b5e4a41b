import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsRowSchema, type RunState } from '../../../src/core/runs/schema.js';
import { followRun } from '../../../src/node/runs/followRun.js';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';

const state: RunState = {
  ...initialRunState(),
  status: 'running',
  process: await tokenOf(process.pid, os.tmpdir()),
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
