import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNCAUGHT } from '../../src/node/runtime/uncaught.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, readText, TrainerRuns } from './trainerRuns.js';

const runs = new TrainerRuns();
const planted = path.join(runs.folder, 'planted.cjs');

beforeAll(async () => {
  await writeTinyModel(runs.model, 'the whale and the sea are wide and deep');
  runs.write('a.txt', 'the whale and the sea are wide and deep\n\n'.repeat(200));
});
afterAll(() => runs.dispose());

/** Runs a process of ours in which a promise is rejected that nobody handles, once a file is there. */
function breakDown(
  entry: string,
  { args, once }: { readonly args: readonly string[]; readonly once: string },
): Promise<{ code: number | null; stderr: string }> {
  fs.writeFileSync(
    planted,
    `const wait = setInterval(() => {
      if (!require('node:fs').existsSync(${JSON.stringify(once)})) return;
      clearInterval(wait);
      Promise.reject(new Error('planted'));
    }, 5);`,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', planted, path.join(DIST, entry), ...args], {
      cwd: runs.folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: 60_000,
    });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stderr });
    });
  });
}

describe('an error that nobody handles', () => {
  it.each([
    ['cli.js', ['profile', '--data', 'a.txt']],
    ['modelServer.js', []],
    ['dataWorker.js', []],
    ['trainer.js', ['--estimate']],
  ])('ends %s at once and is named', async (entry, args) => {
    const { code, stderr } = await breakDown(entry, { args, once: os.tmpdir() });
    expect(code).toBe(1);
    expect(stderr).toContain(UNCAUGHT);
    expect(stderr).toContain('planted');
  });

  it('is recorded in the run that the trainer was training', async () => {
    const { directory } = await runs.create({ epochs: 5000, maxLength: 16 }, ['a.txt']);
    const once = path.join(directory, 'metrics.jsonl');
    const { code } = await breakDown('trainer.js', { args: [directory], once });
    expect(code).toBe(1);
    const state = JSON.parse(readText(directory, 'state.json')) as Record<string, unknown>;
    expect(state).toMatchObject({
      status: 'failed',
      process: null,
      error: {
        code: 'Internal',
        details: { message: expect.stringContaining('planted') as string },
      },
    });
    expect(readText(directory, 'log.jsonl')).toContain('planted');
  });
});
