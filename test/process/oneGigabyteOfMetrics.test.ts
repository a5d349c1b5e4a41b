import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyHistory, extendHistory, snapshotOf } from '../../src/core/runs/runHistory.js';
import { followRun } from '../../src/node/runs/followRun.js';
import { readMetrics } from '../../src/node/runs/readMetrics.js';
import { useRunsFolder } from '../node/runs/runsInFolder.js';

const GIGABYTE = 2 ** 30;
const ROWS_PER_WRITE = 50_000;

/** Writes rows of training steps until the file has the size; returns their number. */
function writeMetrics(file: string, size: number): number {
  const handle = fs.openSync(file, 'w');
  let step = 0;
  try {
    for (let written = 0; written < size;) {
      let text = '';
      for (let i = 0; i < ROWS_PER_WRITE; i++) {
        step++;
        const loss = (2 + 1 / step).toFixed(12);
        text += `{"step":${step},"epoch":${step / 1000},"time":${step / 10},"split":"train","loss":${loss},"learningRate":0.00001234,"gradientNorm":1.2345678,"tokensPerSecond":51234.5}\n`;
      }
      written += fs.writeSync(handle, text);
    }
  } finally {
    fs.closeSync(handle);
  }
  return step;
}

describe('a run with a gigabyte of metrics', () => {
  const runs = useRunsFolder();

  it('is followed to its last step in bounded memory', { timeout: 600_000 }, async () => {
    const directory = runs.runIn('a');
    const steps = writeMetrics(path.join(directory, 'metrics.jsonl'), GIGABYTE);
    const before = process.memoryUsage().rss;
    let most = 0;
    let history = emptyHistory();
    await new Promise<void>((resolve) => {
      const follower = followRun(directory, {
        onMetrics: (metrics) => {
          history = extendHistory(history, { metrics, log: [], samples: [] });
          most = Math.max(most, process.memoryUsage().rss);
        },
        onCaughtUp: () => {
          follower.dispose();
          resolve();
        },
      });
    });
    expect(history.train?.step).toBe(steps);
    expect(most - before).toBeLessThan(256 * 2 ** 20);
    expect(JSON.stringify(snapshotOf(history)).length).toBeLessThan(2 ** 20);
  });

  it('is refused where all rows would have to be in memory', async () => {
    const directory = runs.runIn('a');
    const file = path.join(directory, 'metrics.jsonl');
    fs.writeFileSync(file, '');
    fs.truncateSync(file, GIGABYTE);
    await expect(readMetrics(directory)).rejects.toMatchObject({
      data: { details: { problem: { id: 'runs.metricsTooLarge' } } },
    });
  });
});
