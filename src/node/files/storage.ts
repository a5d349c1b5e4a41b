import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/errors.js';

/** Wraps a file system error, so that a full disk or a missing permission is told as such. */
export function storageError(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  const reason = full ? 'full' : denied ? 'denied' : 'other';
  return new AppError(
    { code: 'Storage', details: { path: file, reason, message } },
    { cause: thrown },
  );
}

/** Runs a write and turns what it throws into a `Storage` error that names `file`. */
export function storing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw storageError(file, thrown);
  }
}

/** A name beside `file` that no reader takes for the real thing. */
export function asideOf(file: string): string {
  return path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(4).toString('hex')}.tmp`,
  );
}

const RENAME_ATTEMPTS = 10;

/**
 * Renames; on Windows a reader or a virus scanner may hold the target for a moment, so there it is
 * tried again for up to half a second.
 */
export function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      fs.renameSync(from, to);
      return;
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? '';
      const isHeld = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);
      if (!isHeld || attempt === RENAME_ATTEMPTS) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * attempt);
    }
  }
}

/** Puts a folder that was written aside in the place of `folder`, which may be there already. */
export function replaceFolder(aside: string, folder: string): void {
  if (!fs.existsSync(folder)) {
    renamePatiently(aside, folder);
    return;
  }
  const old = asideOf(folder);
  renamePatiently(folder, old);
  renamePatiently(aside, folder);
  fs.rmSync(old, { recursive: true, force: true });
}

/** Makes sure that what was written to a file or folder survives the machine going down. */
export function syncToDisk(file: string): void {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch {
    // Nothing there, or a folder on Windows, which cannot be opened and needs no sync.
    return;
  }
  try {
    fs.fsyncSync(handle);
  } catch {
    // Some file systems refuse to sync a read-only handle; the data is then as safe as they make it.
  } finally {
    fs.closeSync(handle);
  }
}

/** Replaces a file as a whole: readers see the old content or the new one, never a part. */
export function writeFileAtomically(file: string, content: string | Uint8Array): void {
  const aside = asideOf(file);
  storing(file, () => {
    try {
      fs.writeFileSync(aside, content);
      renamePatiently(aside, file);
    } catch (thrown) {
      fs.rmSync(aside, { force: true });
      throw thrown;
    }
  });
}

export function writeJsonAtomically(file: string, value: unknown): void {
  writeFileAtomically(file, JSON.stringify(value, null, 2) + '\n');
}

/** Appends one JSON value as a whole line. */
export function appendJsonLine(file: string, value: unknown): void {
  storing(file, () => {
    fs.appendFileSync(file, JSON.stringify(value) + '\n');
  });
}
