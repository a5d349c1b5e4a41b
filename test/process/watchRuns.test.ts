import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { initialRunState } from '../../src/node/runs/runState.js';
import { RunWriter } from '../../src/node/runs/runWriter.js';
import { specOf } from '../support/syntheticRuns.js';
import { DIST } from './trainerRuns.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-watch-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

it(
  'prints each run again when it changes, and when it is deleted',
  { timeout: 40_000 },
  async () => {
    const directory = path.join(folder, '20260101-000000-one');
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf('one')));
    const writer = new RunWriter(directory, initialRunState('waiting'));
    writer.update({});
    const cli = path.join(DIST, 'cli.js');
    const child = spawn(process.execPath, [cli, 'runs', '--json', '--watch', '--out', folder]);
    try {
      const lines: { status: string; group?: string; seed?: number }[] = [];
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const whole = text.split('\n');
        text = whole.pop()!;
        for (const line of whole) lines.push(JSON.parse(line) as (typeof lines)[number]);
      });
      const statuses = (): string[] => lines.map(({ status }) => status);
      const options = { timeout: 10_000, interval: 50 };
      await expect.poll(statuses, options).toEqual(['waiting']);
      expect(lines[0]).toMatchObject({ seed: specOf('one').training.seed });
      expect(lines[0]!.group).toMatch(/^[0-9a-f]+$/);
      writer.update({ status: 'finished', latest: { loss: 1, perplexity: 2.7 } });
      await expect.poll(statuses, options).toEqual(['waiting', 'finished']);
      fs.rmSync(directory, { recursive: true });
      await expect.poll(statuses, options).toEqual(['waiting', 'finished', 'deleted']);
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
