// Runs every suite, or those named (`unit`, `integration`, `e2e`), and ends with their totals.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { COUNTS_FILE, type SuiteCounts } from '../test/workbench/kit/counts.js';
import { contradiction, type TestReport } from './familyTable.js';

const root = path.join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const tsx = require.resolve('tsx/cli');

/** The part of the output of `vitest --reporter=json` that is read here. */
interface VitestReport extends TestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: (TestReport['testResults'][number] & { status: string })[];
}

interface Suite {
  name: string;
  /** Arguments of `node`, given the file that the counts go to. */
  command: (counts: string) => string[];
  read: (report: string) => SuiteCounts;
}

const workbenchSuite = (name: string, script: string): Suite => ({
  name,
  command: () => [tsx, path.join(root, 'test/workbench', script)],
  read: (report) => JSON.parse(report) as SuiteCounts,
});

const SUITES: readonly Suite[] = [
  {
    name: 'unit',
    command: (counts) => [
      path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${counts}`,
    ],
    read: (text) => {
      const report = JSON.parse(text) as VitestReport;
      // A file that could not even be loaded holds no tests, and must not pass unnoticed.
      const unloaded = report.testResults.filter(
        (file) => file.status === 'failed' && file.assertionResults.length === 0,
      ).length;
      const contradicted = contradiction(report);
      if (contradicted !== null) console.error(`\n*** ${contradicted} ***`);
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests + unloaded + (contradicted === null ? 0 : 1),
        skipped: report.numPendingTests,
      };
    },
  },
  workbenchSuite('integration', 'runTests.ts'),
  workbenchSuite('e2e', 'runEndToEnd.ts'),
];

function runSuite(suite: Suite, folder: string): SuiteCounts {
  const file = path.join(folder, `${suite.name}.json`);
  console.log(`\n=== ${suite.name} ===`);
  const { status } = spawnSync(process.execPath, suite.command(file), {
    cwd: root,
    env: { ...process.env, [COUNTS_FILE]: file },
    stdio: 'inherit',
  });
  let counts: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = suite.read(readFileSync(file, 'utf8'));
  } catch {
    console.error(`${suite.name}: ended without a report`);
  }
  // A crash outside any test is a failure too.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function main(): void {
  const names = process.argv.slice(2);
  const known = SUITES.map((suite) => suite.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No suite ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  }
  const build = spawnSync(process.execPath, [path.join(root, 'esbuild.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) throw new Error('The build failed.');

  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-test-'));
  const total: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  try {
    for (const suite of SUITES) {
      if (names.length > 0 && !names.includes(suite.name)) continue;
      const counts = runSuite(suite, folder);
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped += counts.skipped;
      lines.push(
        `${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${lines.join('\n')}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
