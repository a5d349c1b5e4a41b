/**
 * Runs the suites that use the workbench as a person does: keys and pointer in, screen out.
 * Arguments: `--grep <text>`, and names of suites (default: all). Each suite has its own process and
 * workbench. A suite that fails runs once more; if it then passes, the report says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { COUNTS_FILE, type SuiteCounts } from './kit/counts.js';
import { runWithSecondTry } from './kit/secondTry.js';

const suites = path.join(import.meta.dirname, 'e2e');
const tsx = createRequire(import.meta.url).resolve('tsx/cli');

/** Pictures in all themes take a fifth of the time, so they are taken of suites that are named. */
const PICTURES = process.argv.length > 2 ? {} : { MASKLAB_PICTURES: '0' };

/** Runs a suite in its own process. A suite that ends without a report has failed. */
function runSuite(file: string, { args, counts }: { args: string[]; counts: string }): SuiteCounts {
  rmSync(counts, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [tsx, path.join(import.meta.dirname, 'runSuite.ts'), file, ...args],
    { stdio: 'inherit', env: { ...PICTURES, ...process.env, [COUNTS_FILE]: counts } },
  );
  let found: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  try {
    found = JSON.parse(readFileSync(counts, 'utf8')) as SuiteCounts;
  } catch {
    console.error(`${path.basename(file)}: ended without a report`);
  }
  return status !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found;
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  const names = readdirSync(suites)
    .filter((name) => name.endsWith('.test.ts'))
    // Pictures for the documentation change the checkout, so they are taken only when asked for.
    .filter((name) => name !== 'screenshots.test.ts' || process.env['MASKLAB_SCREENSHOTS'] === '1')
    .filter((name) => positionals.length === 0 || positionals.some((part) => name.startsWith(part)))
    .sort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-e2e-counts-'));
  const run = {
    args: values.grep === undefined ? [] : ['--grep', values.grep],
    counts: path.join(folder, 'counts.json'),
  };
  try {
    const total = runWithSecondTry(names, {
      run: (name) => runSuite(path.join(suites, name), run),
      tell: (line) => {
        console.error(`\n*** ${line} ***\n`);
      },
    });
    const file = process.env[COUNTS_FILE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(total));
    process.exitCode = total.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
