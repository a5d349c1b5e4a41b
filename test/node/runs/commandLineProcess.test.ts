import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/node/runs/commandLineProcess.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'masklab-command-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

it('names the command that failed, whichever it is, and returns the output of others', async () => {
  const cliPath = path.join(cwd, 'cli.js');
  writeFileSync(
    cliPath,
    "const [first] = process.argv.slice(2); if (first === 'metrics') { console.error('No space.'); process.exit(2); } console.log(process.argv.slice(2).join('|'));",
  );
  const options = { cliPath, cwd, execPath: process.execPath };
  expect(await runCommandLine('study create', ['a b', '--json'], options)).toBe(
    'study|create|a b|--json\n',
  );
  await expect(runCommandLine('metrics', ['runs'], options)).rejects.toMatchObject({
    data: {
      details: {
        problem: { id: 'run.commandFailed', args: { command: 'metrics', reason: 'No space.' } },
      },
    },
  });
});
