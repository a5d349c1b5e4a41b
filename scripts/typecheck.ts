// Typechecks every zone with its own tsconfig, so that no zone sees types it may not use. What was
// found is kept in `.cache/`, so that only what has changed is checked again.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const zones = [
  ...readdirSync(path.join(root, 'src')).map((name) => path.join('src', name)),
  'webview',
  'test',
  'scripts',
].filter((zone) => existsSync(path.join(root, zone, 'tsconfig.json')));

let failed = 0;
for (const zone of zones) {
  const known = path.join(
    root,
    '.cache/typecheck',
    `${zone.replaceAll(path.sep, '-')}.tsbuildinfo`,
  );
  const { status } = spawnSync(
    process.execPath,
    [tsc, '-p', path.join(root, zone), '--incremental', '--tsBuildInfoFile', known],
    { stdio: 'inherit' },
  );
  if (status !== 0) {
    console.error(`typecheck: zone ${zone} has errors`);
    failed++;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
