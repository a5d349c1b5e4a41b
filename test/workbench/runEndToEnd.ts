/**
 * Runs the suites that use the workbench as a person does: keys and pointer in, screen out.
 * Arguments: `--grep <text>`, and names of suites (default: all). Each suite has its own process and
 * workbench, and two to four run at a time. A suite that fails runs once more; if it then passes, the
 * report says so.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { COUNTS_FILE, type SuiteCounts } from './kit/counts.js';
import { runWithSecondTry } from './kit/secondTry.js';
import { installWorkbench } from './kit/setup.js';

const suites = path.join(import.meta.dirname, 'e2e');
const tsx = createRequire(import.meta.url).resolve('tsx/cli');

/** Pictures in all themes take a fifth of the time, so they are taken of suites that are named. */
const PICTURES = process.argv.length > 2 ? {} : { MASKLAB_PICTURES: '0' };

/** A suite needs about a core and 1.5 GB. */
const AT_A_TIME = Math.min(4, Math.max(2, os.availableParallelism()));

/** Suites that take the pictures of the documentation. */
const OF_DOCUMENTATION = ['screenshots.test.ts', 'tour.test.ts'];

/** Packaging empties dist/, which the workbenches of all other suites use. */
const ALONE = 'vsix.test.ts';

/** Suites that run now, each with its workbench in its own process group. */
const running = new Set<ChildProcess>();

/** Ends all suites and their workbenches with this process. */
function endSuitesOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGTERM');
      process.exit(1);
    });
  }
}

/**
 * Runs a suite in its own process, and prints its output once it has ended. A suite that ends
 * without a report has failed.
 */
async function runSuite(
  file: string,
  { args, counts }: { args: string[]; counts: string },
): Promise<SuiteCounts> {
  rmSync(counts, { force: true });
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [tsx, path.join(import.meta.dirname, 'runSuite.ts'), file, ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...PICTURES, ...process.env, [COUNTS_FILE]: counts },
    },
  );
  running.add(child);
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  running.delete(child);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  process.stdout.write(`${output}${path.basename(file)} took ${seconds} s\n`);
  process.stderr.write(errors);
  let found: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  try {
    found = JSON.parse(readFileSync(counts, 'utf8')) as SuiteCounts;
  } catch {
    console.error(`${path.basename(file)}: ended without a report`);
  }
  return (await status) !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  const names = readdirSync(suites)
    .filter((name) => name.endsWith('.test.ts'))
    // Pictures for the documentation change the checkout, so they are taken only when asked for.
    .filter(
      (name) => !OF_DOCUMENTATION.includes(name) || process.env['MASKLAB_SCREENSHOTS'] === '1',
    )
    .filter((name) => positionals.length === 0 || positionals.some((part) => name.startsWith(part)))
    .sort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-e2e-counts-'));
  const args = values.grep === undefined ? [] : ['--grep', values.grep];
  const run = (name: string): Promise<SuiteCounts> =>
    runSuite(path.join(suites, name), { args, counts: path.join(folder, `${name}.json`) });
  const tell = (line: string): void => {
    console.error(`\n*** ${line} ***\n`);
  };
  endSuitesOnSignals();
  installWorkbench((line) => {
    console.error(`workbench: ${line}`);
  });
  try {
    const together = names.filter((name) => name !== ALONE);
    const alone = names.filter((name) => name === ALONE);
    const parts = [
      await runWithSecondTry(together, { run, tell, atATime: AT_A_TIME }),
      await runWithSecondTry(alone, { run, tell, atATime: 1 }),
    ];
    const total: SuiteCounts = {
      passed: parts.reduce((sum, { passed }) => sum + passed, 0),
      failed: parts.reduce((sum, { failed }) => sum + failed, 0),
      skipped: parts.reduce((sum, { skipped }) => sum + skipped, 0),
    };
    const file = process.env[COUNTS_FILE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(total));
    process.exitCode = total.failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
