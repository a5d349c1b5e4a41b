import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalLauncher } from '../../../src/node/runs/localLauncher.js';
import { lockRun } from '../../../src/node/runs/runLock.js';
import { requestControl } from '../../../src/node/runs/runDirectory.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { runningState, trainingRow, useRunsFolder } from './runsInFolder.js';

const state = await runningState();
const runs = useRunsFolder();

describe('RunWriter', () => {
  it('takes a control file once and drops one that does not parse', async () => {
    const directory = runs.runIn('a');
    const writer = new RunWriter(directory, state);
    await requestControl(directory, 'pause');
    expect(writer.takeControl()).toBe('pause');
    expect(writer.takeControl()).toBeNull();
    fs.writeFileSync(path.join(directory, 'control.json'), '{"command":"explode"}');
    expect(writer.takeControl()).toBeNull();
    expect(fs.existsSync(path.join(directory, 'control.json'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('obeys no control file elsewhere', async () => {
    const directory = runs.runIn('a');
    const elsewhere = runs.runIn('elsewhere');
    await requestControl(elsewhere, 'stop');
    const control = path.join(elsewhere, 'control.json');
    fs.symlinkSync(control, path.join(directory, 'control.json'));
    expect(new RunWriter(directory, state).takeControl()).toBeNull();
    expect(new RunWriter(elsewhere, state).takeControl()).toBe('stop');
  });

  it('names a full disk as such', () => {
    const directory = runs.runIn('full');
    fs.symlinkSync('/dev/full', path.join(directory, 'metrics.jsonl'));
    const write = (): void => {
      new RunWriter(directory, state).metrics(trainingRow(1));
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

describe('a run in which a link stands for a file', () => {
  it.each([
    ...['metrics.jsonl', 'trainer.log', 'checkpoints', 'lock'],
    ...['checkpoints/step-10', 'checkpoints/step-10/model.safetensors', 'lock/1'],
  ])('is not trained if that is %s', async (name) => {
    const directory = runs.runIn('a');
    const elsewhere = runs.runIn('elsewhere');
    const link = path.join(directory, name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(elsewhere, name), link);
    const refused = { data: { details: { problem: { id: 'runs.linkInRun' } } } };
    await expect(lockRun(directory)).rejects.toMatchObject(refused);
    const launcher = new LocalLauncher({ trainerPath: '/none', execPath: '/none' });
    await expect(launcher.start(directory)).rejects.toMatchObject(refused);
    expect(fs.existsSync(path.join(elsewhere, name))).toBe(false);
  });
});
