import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemCodeOf } from '../../core/fileProblem.js';
import { throwIfCancelled } from '../runtime/pace.js';

/** A lock on a blob, which ends with its process. */
export interface BlobLock {
  /** Whether Python's tools respect it: only then is their unfinished file continued. */
  readonly isShared: boolean;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when another process has the lock. */
  readonly onWait?: () => void;
  readonly platform?: NodeJS.Platform;
  /** Programs that lock a file until their input ends. Default: those of the system. */
  readonly programs?: readonly string[];
}

const POLL_MILLISECONDS = 500;
const LOCK_PROGRAMS = ['/usr/bin/flock', '/bin/flock'];
const HELD_ELSEWHERE = 75;

/**
 * Locks `.locks/<repository>/<blob>.lock` as `huggingface_hub` does through `filelock`, waiting while
 * another process has it:
 *
 * - Linux: `flock(2)`, which Node does not offer, by the program of that name from util-linux. It ends
 *   with the pipe that this process holds.
 * - macOS: the same lock, taken when the file is opened (`O_EXLOCK`).
 * - Windows: the file is opened exclusively; `filelock` waits for it, and for an open file of
 *   `filelock` the open fails here.
 *
 * Where none of these works, such as on a network drive without locks or in a container without the
 * program, there is no lock. Such a download writes to a separate file, so that nothing is damaged;
 * at worst, the same bytes are downloaded twice.
 */
export async function lockBlob(file: string, options: LockOptions = {}): Promise<BlobLock> {
  const { signal, onWait, platform = process.platform } = options;
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  for (let isFirst = true; ; isFirst = false) {
    throwIfCancelled(signal);
    const lock =
      platform === 'darwin' || platform === 'win32'
        ? await openLocked(file, OPENING[platform])
        : await lockByProgram(file, options.programs ?? LOCK_PROGRAMS);
    if (lock !== 'held') return lock;
    if (isFirst) onWait?.();
    await setTimeout(POLL_MILLISECONDS);
  }
}

const NO_LOCK: BlobLock = { isShared: false, release: () => Promise.resolve() };

async function lockByProgram(
  file: string,
  programs: readonly string[],
): Promise<BlobLock | 'held'> {
  const program = programs.find((one) => fs.existsSync(one));
  if (program === undefined) return NO_LOCK;
  const conflict = ['--conflict-exit-code', String(HELD_ELSEWHERE)];
  const child = spawn(
    program,
    ['--exclusive', '--nonblock', ...conflict, file, '/bin/sh', '-c', 'echo locked; exec cat'],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => {
      resolve(null);
    });
    child.once('close', resolve);
  });
  const isLocked = new Promise<'locked'>((resolve) => {
    child.stdout.once('data', () => {
      resolve('locked');
    });
  });
  // Its input may be closed before it is used.
  child.stdin.on('error', () => undefined);
  const outcome = await Promise.race([isLocked, ended]);
  if (outcome !== 'locked') return outcome === HELD_ELSEWHERE ? 'held' : NO_LOCK;
  return { isShared: true, release: () => releaseProgram(child, ended) };
}

async function releaseProgram(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  await ended;
}

/** Flag that locks an opened file, and the codes that say that it is locked already. */
const OPENING = {
  /** `O_EXLOCK`. */
  darwin: { flag: 0x20, held: ['EAGAIN', 'EWOULDBLOCK'] },
  /** The value that Node gives to exclusive sharing. */
  win32: { flag: 0x10000000, held: ['EBUSY', 'EACCES', 'EPERM'] },
} as const;

async function openLocked(
  file: string,
  { flag, held }: { readonly flag: number; readonly held: readonly string[] },
): Promise<BlobLock | 'held'> {
  const { O_RDWR, O_CREAT } = fs.constants;
  const nonBlocking = (fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;
  try {
    const handle = await fs.promises.open(file, O_RDWR | O_CREAT | nonBlocking | flag, 0o644);
    return { isShared: true, release: () => handle.close() };
  } catch (thrown) {
    return held.includes(systemCodeOf(thrown) ?? '') ? 'held' : NO_LOCK;
  }
}
