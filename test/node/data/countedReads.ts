/** Reads below a folder, counted at the file system. */
import type * as fileSystem from 'node:fs';
import type * as promises from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Bytes that were read of each file, by its path. */
export const bytesRead = new Map<string, number>();
/** Number of listings of each folder, by its path. */
export const listings = new Map<string, number>();

const count = (counts: Map<string, number>, key: unknown, more: number): void => {
  counts.set(String(key), (counts.get(String(key)) ?? 0) + more);
};

export function forgetReads(): void {
  bytesRead.clear();
  listings.clear();
}

/** `node:fs` for `vi.mock`: reads by descriptor and of whole files are counted. */
export function countedFs(actual: typeof fileSystem): typeof fileSystem {
  const names = new Map<number, string>();
  const openSync = ((file: string, flags?: string | number) => {
    const handle = actual.openSync(file, flags ?? 'r');
    names.set(handle, file);
    return handle;
  }) as typeof actual.openSync;
  const readSync = ((handle: number, ...rest: unknown[]) => {
    const bytes = (actual.readSync as (...all: unknown[]) => number)(handle, ...rest);
    count(bytesRead, names.get(handle), bytes);
    return bytes;
  }) as typeof actual.readSync;
  const read = ((handle: number, ...args: unknown[]) => {
    const done = args.pop() as (error: Error | null, bytes: number, buffer: Buffer) => void;
    (actual.read as (...all: unknown[]) => void)(
      handle,
      ...args,
      (error: Error | null, bytes: number, buffer: Buffer) => {
        count(bytesRead, names.get(handle), bytes);
        done(error, bytes, buffer);
      },
    );
  }) as typeof actual.read;
  const readFileSync = ((file: string, options: BufferEncoding) => {
    const content = actual.readFileSync(file, options);
    count(bytesRead, file, Buffer.byteLength(content));
    return content;
  }) as typeof actual.readFileSync;
  const readdirSync = ((folder: string) => {
    count(listings, folder, 1);
    return actual.readdirSync(folder);
  }) as typeof actual.readdirSync;
  const counted = {
    ...{ openSync, readSync, read, readFileSync, readdirSync },
    promises: countedPromises(actual.promises),
  };
  return withDefault(actual, counted);
}

/** `node:fs/promises` for `vi.mock`: reads of files and lists of folders are counted. */
export function countedPromises(actual: typeof promises): typeof promises {
  const open = (async (file: string, flags?: string | number): Promise<FileHandle> => {
    const handle = await actual.open(file, flags);
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number }>;
    handle.read = (async (...args: unknown[]) => {
      const result = await read(...args);
      count(bytesRead, file, result.bytesRead);
      return result;
    }) as typeof handle.read;
    return handle;
  }) as typeof actual.open;
  const readFile = (async (file: string, options: BufferEncoding) => {
    const content = await actual.readFile(file, options);
    count(bytesRead, file, Buffer.byteLength(content));
    return content;
  }) as typeof actual.readFile;
  const readdir = (async (folder: string, options: { withFileTypes: true }) => {
    count(listings, folder, 1);
    return actual.readdir(folder, options);
  }) as unknown as typeof actual.readdir;
  const counted = { open, readFile, readdir };
  return withDefault(actual, counted);
}

function withDefault<T extends object>(actual: T, counted: Partial<T>): T {
  const all = { ...actual, ...counted };
  return { ...all, default: all };
}
