/** Commands that run a study or sweep for a while, for tests that stop or watch them. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { DIST } from './trainerRuns.js';

/** The one folder in a folder. */
export function onlyFolderIn(folder: string): string {
  const [name, ...others] = fs.readdirSync(folder);
  expect(others).toEqual([]);
  return path.join(folder, name!);
}

export interface RunningCommand {
  /** Waits until the command has printed a text. */
  says(text: string): Promise<void>;
  /** Presses Ctrl+C, or asks the command to end. */
  interrupt(signal?: NodeJS.Signals): void;
  /** Exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the built command line in a folder. */
export function startMasklab(folder: string, args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [path.join(DIST, 'cli.js'), ...args], { cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return {
    says: (text) => expect.poll(() => output, { timeout: 60_000, interval: 50 }).toContain(text),
    interrupt: (signal = 'SIGINT') => child.kill(signal),
    ended,
  };
}
