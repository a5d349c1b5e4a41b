// Typechecks every zone with its own tsconfig, so that no zone sees types it may not use. What was
// found is kept in `.cache/`, so that only what has changed is checked again. Two zones are checked
// at a time; what is slowest begins first.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const AT_A_TIME = 2;
const SLOWEST = ['test', 'scripts', 'src/host'];

const root = path.join(import.meta.dirname, '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const zones = [
  ...readdirSync(path.join(root, 'src')).map((name) => `src/${name}`),
  'webview',
  'test',
  'scripts',
].filter((zone) => existsSync(path.join(root, zone, 'tsconfig.json')));
const waiting = [...SLOWEST, ...zones.filter((zone) => !SLOWEST.includes(zone))];

async function check(zone: string): Promise<boolean> {
  const known = path.join(root, '.cache/typecheck', `${zone.replaceAll('/', '-')}.tsbuildinfo`);
  const child = spawn(
    process.execPath,
    [tsc, '-p', path.join(root, zone), '--incremental', '--tsBuildInfoFile', known],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const found = await text(child.stdout);
  const isRight = (await exited) === 0;
  if (!isRight) console.error(`${found}typecheck: zone ${zone} has errors`);
  return isRight;
}

async function checkNext(): Promise<boolean> {
  let areRight = true;
  for (let zone = waiting.shift(); zone !== undefined; zone = waiting.shift()) {
    areRight = (await check(zone)) && areRight;
  }
  return areRight;
}

Promise.all(Array.from({ length: AT_A_TIME }, checkNext)).then(
  (results) => {
    process.exitCode = results.every(Boolean) ? 0 : 1;
  },
  (thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
  },
);
