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
