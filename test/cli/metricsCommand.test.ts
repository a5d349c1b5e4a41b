import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandLineError } from '../../src/cli/commandLineError.js';
import { METRICS, metricsCommand } from '../../src/cli/metricsCommand.js';
import { readCommand } from '../../src/cli/usage.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-cli-metrics-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('masklab metrics', () => {
  it.each([
    ['tensorboard', '--to'],
    ['csv', '--to'],
    ['mlflow-server', '--tracking-uri'],
  ])('says that there are no runs to export as %s, and writes nothing', async (format, flag) => {
    const runsFolder = path.join(folder, '.masklab', 'runs');
    const target = flag === '--to' ? path.join(folder, 'boards') : 'http://127.0.0.1:9';
    const args = ['--out', runsFolder, '--format', format, flag, target];
    const refused = metricsCommand(readCommand(METRICS, args));
    await expect(refused).rejects.toThrow(`No runs in ${runsFolder}.`);
    await expect(refused).rejects.toBeInstanceOf(CommandLineError);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
