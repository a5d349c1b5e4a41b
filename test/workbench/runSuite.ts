/** Runs one suite that uses the workbench, in its own process: `<file> [--grep <text>]`. */
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { runMocha } from './kit/results.js';

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
  for (const file of positionals) mocha.addFile(file);
  const { failed } = await runMocha(mocha);
  process.exit(failed === 0 ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
