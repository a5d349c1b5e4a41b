import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsRow, RunState } from '../../../src/core/runs/schema.js';
import { RunFollowers } from '../../../src/node/runs/runFollowers.js';
import { RunReader } from '../../../src/node/runs/runReader.js';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { writeAnnotations } from '../../../src/node/runs/writeAnnotations.js';
import { specOf } from '../../support/syntheticRuns.js';

const token = { ...(await tokenOf(process.pid, os.tmpdir())), directory: null };
const state: RunState = { ...initialRunState(), status: 'running', process: token };
const row = (step: number): MetricsRow => ({ step, epoch: 0, time: 0, split: 'train', loss: step });
const WAIT = { timeout: 5000 };

let directory: string;
let writer: RunWriter;
let followers: RunFollowers;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-followers-'));
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf('a')));
  writer = new RunWriter(directory, state);
  writer.update({});
  followers = new RunFollowers(new RunReader());
});
afterEach(() => {
  followers.dispose();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** A watcher of rows as a page is one: it keeps the steps that it knows. */
function page() {
  const steps: number[] = [];
  return {
    steps,
    onHistory: (history: {
      curves: { curve(m: 'loss', l: 'train'): { columns(): { xs: number[] } } };
    }) => {
      steps.splice(0, steps.length, ...history.curves.curve('loss', 'train').columns().xs);
    },
    onRows: ({ metrics }: { metrics: MetricsRow[] }) => {
      steps.push(...metrics.map(({ step }) => step));
    },
  };
}

describe('RunFollowers', () => {
  it('share one follower a run, and let go of it with the last watcher', async () => {
    writer.metrics(row(1));
    const [first, second] = [page(), page()];
    const a = followers.watch(directory, first);
    await expect.poll(() => first.steps, WAIT).toEqual([1]);
    const b = followers.watch(directory, second);
    expect(second.steps).toEqual([1]);
    expect(followers.size).toBe(1);
    writer.metrics(row(2));
    await expect
      .poll(() => [first.steps, second.steps], WAIT)
      .toEqual([
        [1, 2],
        [1, 2],
      ]);
    a.dispose();
    a.dispose();
    expect(followers.size).toBe(1);
    b.dispose();
    expect(followers.size).toBe(0);
  });

  it('read rows from the start for one who comes after those who wanted none', async () => {
    writer.metrics(row(1));
    const statuses: string[] = [];
    followers.watch(directory, { onState: ({ status }) => statuses.push(status) });
    await expect.poll(() => statuses, WAIT).toEqual(['running']);
    const late = page();
    const watch = followers.watch(directory, late);
    await expect.poll(() => late.steps, WAIT).toEqual([1]);
    watch.dispose();
    writer.metrics(row(2));
    const again = page();
    followers.watch(directory, again);
    await expect.poll(() => again.steps, WAIT).toEqual([1, 2]);
  });

  it('tell that a trainer died, which changes no file', async () => {
    // Above any process id that a system hands out by default.
    writer.update({ process: { ...token, pid: 99_999_999 }, status: 'running' });
    const statuses: string[] = [];
    followers.watch(directory, { onState: ({ status }) => statuses.push(status) });
    await expect.poll(() => statuses.at(-1), WAIT).toBe('crashed');
  });

  it('tell that a run was renamed, which an open panel shows', async () => {
    const names: string[] = [];
    followers.watch(directory, { onState: ({ name }) => names.push(name) });
    await expect.poll(() => names, WAIT).toEqual(['a']);
    await writeAnnotations(directory, { name: 'Best so far' });
    await expect.poll(() => names, WAIT).toEqual(['a', 'Best so far']);
  });

  it('replace the history when a resumed run cut its files back', async () => {
    writer.metrics(row(1));
    const kept = writer.appendedBytes();
    writer.metrics(row(2));
    const seen = page();
    followers.watch(directory, seen);
    await expect.poll(() => seen.steps, WAIT).toEqual([1, 2]);
    writer.cutBack(kept);
    writer.metrics(row(3));
    await expect.poll(() => seen.steps, WAIT).toEqual([1, 3]);
  });
});
