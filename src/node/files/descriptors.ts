import fs from 'node:fs';
import { READ_NO_LINK, refuseOther } from './regularFile.js';

// Promises around callback functions: `fs.promises` takes twice the time, and readers of runs make
// thousands of these calls.

/** An open file, which the caller closes, and its attributes. */
export interface OpenFile {
  readonly handle: number;
  readonly stats: fs.Stats;
}

/**
 * Opens a file of a run folder: `openRegular` as a descriptor, with links refused.
 */
export async function openFile(file: string): Promise<OpenFile> {
  refuseOther(await linkStats(file));
  const handle = await openForReading(file);
  try {
    const stats = await statOpenFile(handle);
    refuseOther(stats);
    return { handle, stats };
  } catch (thrown) {
    await closeFile(handle);
    throw thrown;
  }
}

function openForReading(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(file, READ_NO_LINK, (error, handle) => {
      if (error === null) resolve(handle);
      else reject(error);
    });
  });
}

function statOrReject(file: string): Promise<fs.Stats> {
  return new Promise((resolve, reject) => {
    fs.stat(file, (error, stats) => {
      if (error === null) resolve(stats);
      else reject(error);
    });
  });
}

/** Attributes of what is at a path, even if that is a link. */
function linkStats(file: string): Promise<fs.Stats> {
  return new Promise((resolve, reject) => {
    fs.lstat(file, (error, stats) => {
      if (error === null) resolve(stats);
      else reject(error);
    });
  });
}

function statOpenFile(handle: number): Promise<fs.Stats> {
  return new Promise((resolve, reject) => {
    fs.fstat(handle, (error, stats) => {
      if (error === null) resolve(stats);
      else reject(error);
    });
  });
}

/** Attributes of a file, or `null` if there is none or it cannot be reached. */
export function statFile(file: string): Promise<fs.Stats | null> {
  return statOrReject(file).catch(() => null);
}

export function fileExists(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    fs.access(file, (error) => {
      resolve(error === null);
    });
  });
}

/**
 * Fills `buffer` from a position of an open file, up to the end of the file. Resolves to the number of
 * bytes read. Rejects with the error of the system.
 */
export async function readAt(handle: number, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = await readOnce(handle, buffer.subarray(filled), position + filled);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
}

function readOnce(handle: number, buffer: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(handle, buffer, 0, buffer.length, position, (error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(error);
    });
  });
}

/** Closes a file that was only read, and ignores errors. */
export function closeFile(handle: number): Promise<void> {
  return new Promise((resolve) => {
    fs.close(handle, () => {
      resolve();
    });
  });
}
