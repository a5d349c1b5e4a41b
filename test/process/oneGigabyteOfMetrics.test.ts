import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../src/node/runs/readMetrics.js';
import { useRunsFolder } from '../node/runs/runsInFolder.js';
import type { Followed } from './metricsFollower.js';

const GIGABYTE = 2 ** 30;
/** Steps begin here, so that all rows are equally long. */
const FIRST_STEP = 10_000_000;
const ROWS_PER_WRITE = 100_000;
/** Digits of a step in which the rows of two writes differ. */
const LEADING_DIGITS = 3;

function metricsRow(step: number): string {
  const digits = String(step);
  const before = (places: number): string => `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return `{"step":${digits},"epoch":${before(3)},"time":${before(1)},"split":"train","loss":2.${digits},"learningRate":0.00001234,"gradientNorm":1.2345678,"tokensPerSecond":51234.5}\n`;
}

/** Writes rows of training steps until the file has the size; returns the last step. */
function writeMetrics(file: string, size: number): number {
  const rows = Array.from({ length: ROWS_PER_WRITE }, (_, i) => metricsRow(FIRST_STEP + i));
  const bytes = Buffer.from(rows.join(''), 'latin1');
  const [row] = rows;
  const leading = String(FIRST_STEP).slice(0, LEADING_DIGITS);
  const places = [...row!.matchAll(new RegExp(leading, 'g'))].map(({ index }) => index);
  const handle = fs.openSync(file, 'w');
  let first = FIRST_STEP;
  try {
    for (let written = 0; written < size; first += ROWS_PER_WRITE) {
      const digits = Buffer.from(String(first).slice(0, LEADING_DIGITS));
      for (let start = 0; start < bytes.length; start += row!.length) {
        for (const place of places) bytes.set(digits, start + place);
      }
      written += fs.writeSync(handle, bytes);
    }
  } finally {
    fs.closeSync(handle);
  }
  return first - 1;
}

describe('a run with a gigabyte of metrics', () => {
  const runs = useRunsFolder();

  it('is followed to its last step in bounded memory', { timeout: 600_000 }, async () => {
    const directory = runs.runIn('a');
    const steps = writeMetrics(path.join(directory, 'metrics.jsonl'), GIGABYTE);
    const outfile = path.join(directory, 'follower.cjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, 'metricsFollower.ts')],
      ...{ outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
    });
    // A process by itself, whose memory has nothing of other tests, and a heap of 128 MB.
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=128',
      ...[outfile, directory],
    ]);
    const followed = JSON.parse(stdout) as Followed;
    expect(followed.step).toBe(steps);
    expect(followed.most - followed.before).toBeLessThan(256 * 2 ** 20);
    expect(followed.snapshot).toBeLessThan(2 ** 20);
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
