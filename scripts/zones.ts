// The zones of the source, and how a checker runs over them: each zone in a process by itself, so
// that no checker ever holds the whole repository in memory. Two zones are checked at a time; what
// is slowest begins first.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

const AT_A_TIME = 2;
const SLOWEST = ['test', 'scripts', 'src/host'];

export const ROOT = path.join(import.meta.dirname, '..');

/** Folders with a tsconfig.json, relative to the root, the slowest first. */
export function zones(): readonly string[] {
  const found = [
    ...readdirSync(path.join(ROOT, 'src')).map((name) => `src/${name}`),
    'webview',
    'test',
    'scripts',
  ].filter((zone) => existsSync(path.join(ROOT, zone, 'tsconfig.json')));
  return [...SLOWEST, ...found.filter((zone) => !SLOWEST.includes(zone))];
}

async function check(checker: string, zone: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const found = await text(child.stdout);
  const isRight = (await exited) === 0;
  if (!isRight) console.error(`${found}${checker}: zone ${zone} has errors`);
  return isRight;
}

/**
 * Runs `node` with the arguments for each zone, then `rest` (what lies outside the zones), and sets
 * the exit code: 0 only if all of them succeeded.
 */
export function checkZones(
  checker: string,
  argumentsFor: (zone: string) => readonly string[],
  rest?: readonly string[],
): void {
  const waiting = zones().map((zone) => ({ zone, args: argumentsFor(zone) }));
  if (rest !== undefined) waiting.push({ zone: 'outside the zones', args: rest });
  async function checkNext(): Promise<boolean> {
    let areRight = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      areRight = (await check(checker, next.zone, next.args)) && areRight;
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
}
