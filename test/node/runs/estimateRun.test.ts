import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { estimateRun } from '../../../src/node/runs/estimateRun.js';
import { specOf } from '../../support/syntheticRuns.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-estimate-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

it('reports a trainer that ends before it has read its request', async () => {
  const trainerPath = path.join(folder, 'trainer.js');
  fs.writeFileSync(trainerPath, 'console.error("no runtime"); process.exit(7);');
  const file = { path: 'a.txt', bytes: 1, sha256: '0'.repeat(64) };
  const spec = specOf('a');
  // More than a pipe takes at once.
  const files = new Array<typeof file>(20_000).fill(file);
  const request = { memoryBytes: null, findLearningRate: false };
  await expect(
    estimateRun(
      { ...request, spec: { ...spec, data: { ...spec.data, files } } },
      { trainerPath, execPath: process.execPath },
    ),
  ).rejects.toMatchObject({
    data: { code: 'ProcessCrashed', details: { exitCode: 7, stderrTail: 'no runtime' } },
  });
});

it('removes what a cancelled trainer has written', async () => {
  const trainerPath = path.join(folder, 'trainer.js');
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs');
    const { folder } = JSON.parse(readFileSync(0, 'utf8'));
    writeFileSync(folder + '/sequences.bin', 'much');
    writeFileSync('written', folder);
    setInterval(() => undefined, 1000);
  `;
  fs.writeFileSync(trainerPath, script);
  const stop = new AbortController();
  const estimate = estimateRun(
    { spec: specOf('a'), memoryBytes: null, findLearningRate: false },
    { trainerPath, execPath: process.execPath, signal: stop.signal },
  );
  const written = path.join(folder, 'written');
  await expect.poll(() => fs.existsSync(written), { timeout: 20_000 }).toBe(true);
  const found = fs.readFileSync(written, 'utf8');
  expect(fs.readdirSync(found)).toEqual(['sequences.bin']);
  stop.abort();
  await expect(estimate).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  expect(fs.existsSync(found)).toBe(false);
});
