import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { buildTestBundles } from '../build.js';

/** A program that starts itself twice over and, at the last, asks another machine for something. */
const PROGRAM = `
const { fork, spawn } = require('node:child_process');
const depth = Number(process.argv[2]);
if (depth === 0) fork(__filename, ['1'], { execArgv: [] });
else if (depth === 1) spawn(process.execPath, [__filename, '2'], { stdio: 'inherit' });
else fetch('http://masklab.invalid/').catch(() => undefined);
`;

describe('the guard against connections off the machine', () => {
  it('records what a grandchild process tries', async () => {
    const { egressGuard } = await buildTestBundles();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-egress-'));
    try {
      const log = path.join(folder, 'egress.log');
      const program = path.join(folder, 'program.js');
      writeFileSync(program, PROGRAM);
      spawnSync(process.execPath, ['--require', egressGuard, program, '0'], {
        env: { ...process.env, MASKLAB_EGRESS_LOG: log },
      });
      assert.match(readFileSync(log, 'utf8'), /^program\.js .*\tmasklab\.invalid$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
