import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsRowSchema, type RunState } from '../../../src/core/runs/schema.js';
import { deleteRun, requestControl } from '../../../src/node/runs/runDirectory.js';
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

describe('deleteRun', () => {
  it('removes even a run that cannot be read', async () => {
    const directory = runIn('broken');
    fs.writeFileSync(path.join(directory, 'run.json'), 'x');
    await deleteRun(directory);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('RunWriter', () => {
  it('takes a control file once and drops one that does not parse', async () => {
    const directory = runIn('a');
    const writer = new RunWriter(directory, state);
    await requestControl(directory, 'pause');
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
