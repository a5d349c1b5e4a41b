import { describe, expect, it } from 'vitest';
import { followRun } from '../../../src/node/runs/followRun.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { runningState, trainingRow, useRunsFolder } from './runsInFolder.js';

const state = await runningState();
const runs = useRunsFolder();

describe('followRun', () => {
  it('replays, tails, and starts over when a resumed run cut its files back', async () => {
    const directory = runs.runIn('a');
    const writer = new RunWriter(directory, state);
    writer.metrics(trainingRow(1));
    const kept = writer.appendedBytes();
    writer.metrics(trainingRow(2));
    const seen: (number | 'reset')[] = [];
    const follower = followRun(directory, {
      onMetrics: (rows) => seen.push(...rows.map(({ step }) => step)),
      onReset: () => seen.push('reset'),
    });
    try {
      await expect.poll(() => seen).toEqual([1, 2]);
      writer.metrics(trainingRow(3));
      await expect.poll(() => seen, { timeout: 5000 }).toEqual([1, 2, 3]);
      writer.cutBack(kept);
      for (const step of [2, 3, 4]) writer.metrics(trainingRow(step));
      await expect.poll(() => seen, { timeout: 5000 }).toEqual([1, 2, 3, 'reset', 1, 2, 3, 4]);
    } finally {
      follower.dispose();
    }
  });
});
