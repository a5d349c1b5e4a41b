import fs from 'node:fs';
import { RefusedFile } from '../../core/fileProblem.js';
import { problem } from '../../core/messages/message.js';

/**
 * Flags of the one way to open files. A folder from elsewhere can hold a pipe, which waits for a
 * writer, or a device, which never ends or acts when it is opened. Files are therefore checked before
 * they are opened, opened without waiting, and checked again once they are open. Links to regular
 * files are followed.
 */
export const READ = fs.constants.O_RDONLY | nonBlocking();

/** Windows has no such flag; there, a link that replaces a file while it is opened is followed. */
export const READ_NO_LINK =
  READ | ((fs.constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0);

/**
 * Whether a link in place of the file is followed. In a run folder none is: it can come from
 * elsewhere, and none of its files is ever made as a link.
 */
export type Links = 'followed' | 'refused';

/** Windows has neither pipes in folders nor the flag. */
function nonBlocking(): number {
  return (fs.constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;
}

/** Bytes that one call of the system reads at most; its limit is 2 GiB. */
const PIECE = 1 << 30;
const FIRST_BUFFER = 1 << 16;

/** Opens a regular file for reading, but no Git LFS pointer. Rejects with `RefusedFile` or the error of the system. */
export async function openRegular(
  file: string,
  links: Links = 'followed',
): Promise<fs.promises.FileHandle> {
  const isFollowed = links === 'followed';
  refuseOther(await (isFollowed ? fs.promises.stat(file) : fs.promises.lstat(file)));
  const handle = await fs.promises.open(file, isFollowed ? READ : READ_NO_LINK);
  try {
    const stats = await handle.stat();
    refuseOther(stats);
    if (couldBePointer(stats)) {
      const start = Buffer.alloc(POINTER_START.length);
      await handle.read(start, 0, start.length, 0);
      refusePointer(start);
    }
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** `openRegular` for processes that can block; the caller closes the descriptor. */
export function openRegularSync(file: string, links: Links = 'followed'): number {
  const isFollowed = links === 'followed';
  refuseOther(isFollowed ? fs.statSync(file) : fs.lstatSync(file));
  const handle = fs.openSync(file, isFollowed ? READ : READ_NO_LINK);
  try {
    const stats = fs.fstatSync(handle);
    refuseOther(stats);
    if (couldBePointer(stats)) {
      const start = Buffer.alloc(POINTER_START.length);
      fs.readSync(handle, start, 0, start.length, 0);
      refusePointer(start);
    }
    return handle;
  } catch (thrown) {
    fs.closeSync(handle);
    throw thrown;
  }
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER_START = Buffer.from('version https://git-lfs.github.com/spec/');
const MOST_POINTER_BYTES = 1024;

function couldBePointer({ size }: fs.Stats): boolean {
  return size >= POINTER_START.length && size <= MOST_POINTER_BYTES;
}

function refusePointer(start: Buffer): void {
  if (start.equals(POINTER_START)) throw new RefusedFile(problem('file.lfsPointer'));
}

/** Throws `RefusedFile` for anything but a regular file. */
export function refuseOther(stats: fs.Stats): void {
  if (stats.isDirectory()) throw new RefusedFile(problem('file.isFolder'));
  if (!stats.isFile()) throw notRegular();
}

/** The error of a device, a pipe or a socket where a file is expected. */
export function notRegular(): RefusedFile {
  return new RefusedFile(problem('file.notRegular'));
}

/**
 * Reads a file of at most `maxBytes` bytes. Rejects with `RefusedFile`, before reading if the file
 * says that it is larger, or with the error of the system.
 */
export async function readBytes(file: string, maxBytes: number, links?: Links): Promise<Buffer> {
  const handle = await openRegular(file, links);
  try {
    let buffer = firstBuffer((await handle.stat()).size, maxBytes);
    for (let filled = 0; ;) {
      const length = Math.min(PIECE, buffer.length - filled);
      const { bytesRead } = await handle.read(buffer, filled, length, filled);
      filled += bytesRead;
      if (bytesRead === 0) return buffer.subarray(0, filled);
      buffer = withRoom(buffer, filled, maxBytes);
    }
  } finally {
    await handle.close();
  }
}

/** `readBytes` for processes that can block. */
export function readBytesSync(file: string, maxBytes: number, links?: Links): Buffer {
  const handle = openRegularSync(file, links);
  try {
    let buffer = firstBuffer(fs.fstatSync(handle).size, maxBytes);
    for (let filled = 0; ;) {
      const length = Math.min(PIECE, buffer.length - filled);
      const bytesRead = fs.readSync(handle, buffer, filled, length, filled);
      filled += bytesRead;
      if (bytesRead === 0) return buffer.subarray(0, filled);
      buffer = withRoom(buffer, filled, maxBytes);
    }
  } finally {
    fs.closeSync(handle);
  }
}

/** Text of a file, as `readBytes` reads it. */
export async function readText(file: string, maxBytes: number, links?: Links): Promise<string> {
  return (await readBytes(file, maxBytes, links)).toString('utf8');
}

/** `readText` for processes that can block. */
export function readTextSync(file: string, maxBytes: number, links?: Links): string {
  return readBytesSync(file, maxBytes, links).toString('utf8');
}

/** One byte more than the file says it has: a read into it finds the end, or that the file grew. */
function firstBuffer(size: number, maxBytes: number): Buffer {
  if (size > maxBytes) throw tooLarge(maxBytes);
  // Files of the system, such as those in /proc, say that they are empty.
  return Buffer.allocUnsafeSlow(size === 0 ? Math.min(FIRST_BUFFER, maxBytes + 1) : size + 1);
}

function withRoom(buffer: Buffer, filled: number, maxBytes: number): Buffer {
  if (filled > maxBytes) throw tooLarge(maxBytes);
  if (filled < buffer.length) return buffer;
  const larger = Buffer.allocUnsafeSlow(Math.min(2 * buffer.length, maxBytes + 1));
  buffer.copy(larger);
  return larger;
}

/** The error of a file that is larger than is read of its kind. */
export function tooLarge(maxBytes: number): RefusedFile {
  return new RefusedFile(problem('file.tooLarge', { limit: { bytes: maxBytes } }));
}

/** Copies a regular file, sharing its bytes on the disk where the file system can. */
export async function copyRegular(from: string, to: string): Promise<void> {
  await (await openRegular(from)).close();
  await fs.promises.copyFile(from, to, fs.constants.COPYFILE_FICLONE);
}

/** Copies a regular file, whatever is at `to`. Throws as `openRegularSync` does. */
export function copyRegularSync(from: string, to: string, links?: Links): void {
  fs.closeSync(openRegularSync(from, links));
  fs.copyFileSync(from, to);
}
