import { spawn } from 'node:child_process';
import path from 'node:path';
import { DIST } from './trainerRuns.js';

export interface CommandResult {
  /** `null` if the command did not end in time. */
  readonly code: number | null;
  readonly output: string;
}

/** Signs of an error that nobody has given a name: a bug, a stack, or the end of the process. */
export const UNNAMED =
  /Unhandled error:|Internal error|went wrong inside|^\s+at .*:\d+:\d+\)?$|Node\.js v/m;

export interface CommandOptions {
  readonly megabytes?: number;
  readonly seconds?: number;
  /** Variables in addition to those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the built command line in a folder, with as many megabytes of heap and seconds as given. */
export function masklab(
  folder: string,
  args: readonly string[],
  { megabytes = 400, seconds = 50, environment = {} }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${megabytes}`, path.join(DIST, 'cli.js'), ...args],
      {
        cwd: folder,
        timeout: seconds * 1000,
        killSignal: 'SIGKILL',
        env: { ...process.env, ...environment },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
