import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError, storageErrorData } from '../../core/errors.js';
import { systemCodeOf } from '../../core/fileProblem.js';

/** Wraps a file system error and recognizes a full disk and a missing permission. */
export function storageError(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(storageErrorData(file, thrown), { cause: thrown });
}

/** Runs a write and turns what it throws into a `Storage` error that names `file`. */
export function storing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw storageError(file, thrown);
  }
}

/** This machine in names of files, such as in a folder that several machines share. */
const MACHINE = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);

/** A temporary name next to `file` that readers ignore. It names the process that writes. */
export function asideOf(file: string): string {
  const writer = `${MACHINE}-${process.pid}-${randomBytes(4).toString('hex')}`;
  return path.join(path.dirname(file), `.${path.basename(file)}.${writer}.tmp`);
}

const ASIDE = /^\..*\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$/s;

/** Removes what processes of this machine that were killed have left at temporary names in a folder. */
export function sweepAsides(folder: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const [, machine, pid] = ASIDE.exec(name) ?? [];
    if (machine !== MACHINE || isRunning(Number(pid))) continue;
    // Leftovers that cannot be removed now do no harm.
    try {
      fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    } catch (thrown) {
      console.error(thrown);
    }
  }
}

/** Whether some process has this id; one that has got it since is taken for the writer. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return systemCodeOf(thrown) !== 'ESRCH';
  }
}

const RENAME_ATTEMPTS = 10;

export interface RenameOptions<Result> {
  readonly rename?: (from: string, to: string) => Result;
  readonly platform?: NodeJS.Platform;
}

/**
 * Renames a file or folder. On Windows, where a reader or a virus scanner can hold the target for a
 * moment, the rename is retried for up to half a second. The thread is free between attempts.
 */
export async function renameWithRetries(
  from: string,
  to: string,
  { rename = fs.promises.rename, platform = process.platform }: RenameOptions<Promise<void>> = {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (thrown) {
      if (!canRetry(thrown, { attempt, platform })) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, pauseAfter(attempt)));
    }
  }
}

/** `renameWithRetries` for processes that can block: trainer, data worker and command line. */
export function renameWithRetriesSync(
  from: string,
  to: string,
  { rename = fs.renameSync, platform = process.platform }: RenameOptions<void> = {},
): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rename(from, to);
      return;
    } catch (thrown) {
      if (!canRetry(thrown, { attempt, platform })) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseAfter(attempt));
    }
  }
}

function canRetry(
  thrown: unknown,
  { attempt, platform }: { attempt: number; platform: NodeJS.Platform },
): boolean {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const isHeld = platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);
  return isHeld && attempt < RENAME_ATTEMPTS;
}

/** Pause after an attempt, in milliseconds. */
function pauseAfter(attempt: number): number {
  return 10 * attempt;
}

/** Replaces `folder`, which may exist, with a folder that was written to a temporary name. */
export function replaceFolder(aside: string, folder: string): void {
  if (!fs.existsSync(folder)) {
    renameWithRetriesSync(aside, folder);
    return;
  }
  const old = asideOf(folder);
  renameWithRetriesSync(folder, old);
  renameWithRetriesSync(aside, folder);
  fs.rmSync(old, { recursive: true, force: true });
}

/** `replaceFolder` for processes that must not block. Throws `Storage`. */
export async function putInPlace(aside: string, folder: string): Promise<void> {
  const earlier = asideOf(folder);
  try {
    if (fs.existsSync(folder)) await renameWithRetries(folder, earlier);
    await renameWithRetries(aside, folder);
  } catch (thrown) {
    throw storageError(folder, thrown);
  }
  await fs.promises.rm(earlier, { recursive: true, force: true, maxRetries: 3 });
}

/** Flushes a file or folder to disk, so that it survives a crash of the machine. */
export function syncToDisk(file: string): void {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch {
    // The file is missing, or it is a folder on Windows, which cannot be opened and needs no sync.
    return;
  }
  try {
    fs.fsyncSync(handle);
  } catch {
    // Some file systems refuse to sync a read-only handle and give no better guarantee.
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * Replaces a file atomically: readers see either the old or the new content. Blocks the thread; the
 * extension host uses `writeJsonAtomically`.
 */
export function writeFileAtomicallySync(file: string, content: string | Uint8Array): void {
  const aside = asideOf(file);
  storing(file, () => {
    try {
      fs.writeFileSync(aside, content);
      renameWithRetriesSync(aside, file);
    } catch (thrown) {
      fs.rmSync(aside, { force: true });
      throw thrown;
    }
  });
}

/** `writeJsonAtomically` for processes that can block. */
export function writeJsonAtomicallySync(file: string, value: unknown): void {
  writeFileAtomicallySync(file, jsonText(value));
}

/** Replaces a JSON file atomically, without blocking the thread. Rejects with `Storage`. */
export async function writeJsonAtomically(file: string, value: unknown): Promise<void> {
  const aside = asideOf(file);
  try {
    await fs.promises.writeFile(aside, jsonText(value));
    await renameWithRetries(aside, file);
  } catch (thrown) {
    await fs.promises.rm(aside, { force: true });
    throw storageError(file, thrown);
  }
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n';
}

/** Appends a JSON value as one line. */
export function appendJsonLine(file: string, value: unknown): void {
  storing(file, () => {
    fs.appendFileSync(file, JSON.stringify(value) + '\n');
  });
}
