import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import {
  isCopy,
  machineOf,
  type Machine,
  type ProcessToken,
  type Sighting,
} from '../../core/runs/processToken.js';
import { readBytesSync, readTextSync } from '../files/regularFile.js';

const run = promisify(execFile);

/** Bytes of a file of the kernel at most. */
const MAX_BYTES = 1 << 16;

/** The token of a process of this machine that works in a run directory. */
export async function tokenOf(pid: number, directory: string): Promise<ProcessToken> {
  const [machine, found] = await Promise.all([thisMachine(), findProcess(pid)]);
  return {
    pid,
    ...machine,
    startTime: found?.startTime ?? null,
    directory: identityOf(directory),
  };
}

/** Checks whether the process of a token found in `directory` is alive. */
export async function lookFor(token: ProcessToken, directory: string): Promise<Sighting> {
  const where = machineOf(token, await thisMachine());
  const isCopied = isCopy(token, identityOf(directory));
  if (where !== 'here') return isCopied ? 'presumedGone' : where;
  const found = await findProcess(token.pid);
  if (found === null) return 'gone';
  // Some process has this id; without start times nobody can tell which.
  if (token.startTime === null || found.startTime === null) return 'elsewhere';
  if (token.startTime !== found.startTime) return 'gone';
  if (!isCopied) return 'alive';
  // The process works where it said if that folder is still there; else this one may be it, moved.
  const original = token.directory;
  const isThere = original !== null && identityOf(original.path)?.inode === original.inode;
  return isThere ? 'gone' : 'presumedGone';
}

/**
 * Bytes of memory that the process of a token found in `directory` has taken for itself; 0 where they
 * cannot be read.
 */
export async function memoryInUse(token: ProcessToken, directory: string): Promise<number> {
  if (process.platform !== 'linux' || (await lookFor(token, directory)) !== 'alive') return 0;
  const status = orNull(() => readTextSync(`/proc/${token.pid}/status`, MAX_BYTES));
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
}

/** True while a process with this id exists on this machine and has not ended. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readStat(pid) !== null;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface FoundProcess {
  readonly startTime: string | null;
}

/** Null for a process that has ended, and for a zombie that nobody has waited for. */
async function findProcess(pid: number): Promise<FoundProcess | null> {
  if (process.platform === 'linux') return readStat(pid);
  if (!isAlive(pid)) return null;
  return { startTime: await startTimes.get(pid) };
}

/** Fields of `/proc/<pid>/stat` (proc(5)): 3 is the state, 22 the start time in ticks since boot. */
function readStat(pid: number): FoundProcess | null {
  let stat: string;
  try {
    stat = readBytesSync(`/proc/${pid}/stat`, MAX_BYTES).toString('latin1');
  } catch {
    return null;
  }
  // The command in field 2 may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isEnded = fields[0] === 'Z' || fields[0] === 'X';
  return isEnded ? null : { startTime: fields[19] ?? null };
}

const ASKED_AGAIN_AFTER_MILLISECONDS = 10_000;

/** Start times where a program has to be asked for them, each for some seconds. */
class StartTimes {
  private readonly known = new Map<
    number,
    { readonly at: number; readonly time: Promise<string | null> }
  >();

  get(pid: number): Promise<string | null> {
    const known = this.known.get(pid);
    if (known !== undefined && performance.now() - known.at < ASKED_AGAIN_AFTER_MILLISECONDS) {
      return known.time;
    }
    const time = askStartTime(pid);
    this.known.set(pid, { at: performance.now(), time });
    return time;
  }
}
const startTimes = new StartTimes();

function askStartTime(pid: number): Promise<string | null> {
  return process.platform === 'win32'
    ? output('powershell.exe', [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
      ])
    : output('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

let machine: Promise<Machine> | null = null;

function thisMachine(): Promise<Machine> {
  return (machine ??= describeMachine());
}

async function describeMachine(): Promise<Machine> {
  const host = os.hostname();
  if (process.platform === 'linux') {
    const bootId = orNull(() => readTextSync('/proc/sys/kernel/random/boot_id', MAX_BYTES).trim());
    return { host, bootId, namespace: orNull(() => fs.readlinkSync('/proc/self/ns/pid')) };
  }
  const bootId =
    process.platform === 'darwin' ? await output('sysctl', ['-n', 'kern.bootsessionuuid']) : null;
  return { host, bootId, namespace: null };
}

function identityOf(directory: string): ProcessToken['directory'] {
  return orNull(() => ({
    path: fs.realpathSync.native(directory),
    inode: String(fs.statSync(directory, { bigint: true }).ino),
  }));
}

async function output(command: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run(command, args, {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      windowsHide: true,
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
