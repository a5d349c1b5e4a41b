/**
 * Runs the suites that use the workbench as a person does: keys and pointer in, screen out.
 * Arguments: `--grep <text>`, and names of suites (default: all).
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { runMocha } from './kit/results.js';

const suites = path.join(import.meta.dirname, 'e2e');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  const mocha = new Mocha({
    ui: 'bdd',
    color: true,
    reporter: 'spec',
    // A step may wait for a trainer on a busy two-core machine.
    timeout: 180_000,
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  });
  for (const name of readdirSync(suites).sort()) {
    const wanted = positionals.length === 0 || positionals.some((part) => name.startsWith(part));
    // Pictures for the documentation change the checkout, so they are taken only when asked for.
    if (name === 'screenshots.test.ts' && process.env['MASKLAB_SCREENSHOTS'] !== '1') continue;
    if (name.endsWith('.test.ts') && wanted) mocha.addFile(path.join(suites, name));
  }
  const { failed } = await runMocha(mocha);
  process.exit(failed === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
