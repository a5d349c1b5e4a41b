/** Entry of the suite that runs inside the extension host. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { runMocha } from '../kit/results.js';

/** Called by VS Code; a rejection makes its exit code 1. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: true, timeout: 60_000, reporter: 'spec' });
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, name));
  }
  const { failed } = await runMocha(mocha);
  if (failed > 0) throw new Error(`${failed} failed`);
}
