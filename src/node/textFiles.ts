import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { TextDecoder } from 'node:util';
import {
  DATA_FORMATS,
  extensionsOf,
  ONLY_WHEN_NAMED,
  TABLE_FORMATS,
} from '../core/data/dataFormats.js';
import { AppError } from '../core/errors.js';

/** Kinds of data files: running text, records with labels, or whatever can be read. */
export type DataKind = 'text' | 'labelled' | 'any';

/** A file of the person's data. */
export interface CollectedFile {
  /** Relative to the workspace folder with forward slashes; absolute when outside of it. */
  readonly path: string;
  readonly bytes: number;
}

export interface CollectedFiles {
  readonly files: CollectedFile[];
  /** Files that were named but cannot be used, and why. */
  readonly skipped: { readonly file: string; readonly reason: string }[];
}

export interface CollectOptions {
  readonly workspaceFolder: string;
  readonly kind: DataKind;
  /** Takes every file that is named, whatever its ending. */
  readonly anyEnding?: boolean;
  /** Globs of files and folders to leave out, relative to the workspace folder. */
  readonly exclude?: readonly string[];
}

const ENDINGS: Record<DataKind, readonly string[]> = {
  text: extensionsOf(['txt', 'md', 'html']),
  labelled: extensionsOf(TABLE_FORMATS),
  any: extensionsOf(DATA_FORMATS),
};
const IN_WORDS: Record<DataKind, { files: string; endings: string; content: string }> = {
  text: { files: 'text files', endings: '.txt, .md or .html', content: 'some text' },
  labelled: {
    files: 'labelled files',
    endings: '.csv, .tsv, .jsonl, .parquet or .conll',
    content: 'rows',
  },
  any: { files: 'data files', endings: '.txt, .md, .csv or .jsonl', content: 'some text' },
};
const SKIPPED_FOLDERS = new Set(['node_modules']);

export function isDataFile(file: string, kind: DataKind): boolean {
  return ENDINGS[kind].includes(path.extname(file).toLowerCase());
}

/**
 * The files of a kind among `paths` (files and folders, relative to the workspace folder), each
 * once, sorted by path. Folders are searched through; hidden ones and `node_modules` are not, and
 * links are not followed out of the tree. Throws `UserInput` where there is no such file.
 */
export async function collectDataFiles(
  paths: readonly string[],
  { workspaceFolder, kind, anyEnding = false }: CollectOptions,
): Promise<CollectedFiles> {
  const files = new Map<string, CollectedFile>();
  const skipped: CollectedFiles['skipped'] = [];
  const { endings, content, files: wanted } = IN_WORDS[kind];
  const add = (absolute: string, bytes: number): void => {
    const shown = shownPath(absolute, workspaceFolder);
    if (bytes === 0) skipped.push({ file: shown, reason: 'is empty and is left out' });
    else files.set(shown, { path: shown, bytes });
  };
  for (const given of paths) {
    const absolute = path.resolve(workspaceFolder, given);
    const stats = await fs.stat(absolute).catch((thrown: unknown) => {
      throw unreadable(given, thrown);
    });
    if (stats.isDirectory()) {
      for await (const found of filesBelow(absolute, kind)) add(found, (await fs.stat(found)).size);
    } else if (anyEnding || isDataFile(absolute, kind)) {
      add(absolute, stats.size);
    } else {
      skipped.push({ file: given, reason: `is not a ${endings} file and is left out` });
    }
  }
  if (files.size === 0) {
    const reasons = skipped.map(({ file, reason }) => ` ${file} ${reason}.`).join('');
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `There are no ${wanted} to train on in ${paths.join(', ')}.${reasons}`,
        remedy: `Choose a folder or files with ${content} in them: ${listOf(ENDINGS[kind])}.`,
      },
    });
  }
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, skipped };
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

async function* filesBelow(folder: string, kind: DataKind): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    throw unreadable(folder, thrown);
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const child = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) yield* filesBelow(child, kind);
    else if (entry.isFile() && isDataFile(child, kind) && !isOnlyWhenNamed(child)) yield child;
  }
}

function isOnlyWhenNamed(file: string): boolean {
  return ONLY_WHEN_NAMED.includes(path.extname(file).toLowerCase());
}

function shownPath(absolute: string, workspaceFolder: string): string {
  const relative = path.relative(workspaceFolder, absolute);
  const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
  return isOutside ? absolute : relative.split(path.sep).join('/');
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Longer texts do not fit into one JavaScript string. */
const MAX_BYTES = 500_000_000;

/**
 * Checks that a text file can be trained on and fingerprints it, as a stream: the editor stays
 * responsive and the file is never held as a whole. Throws what `readTextFile` throws.
 */
export async function checkTextFile(
  file: string,
  { shownAs }: { shownAs: string },
): Promise<{ bytes: number; sha256: string; isBlank: boolean }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let isBlank = true;
  const onBytes = (chunk: Uint8Array): void => {
    hash.update(chunk);
    bytes += chunk.byteLength;
    refuseHuge(bytes, shownAs);
  };
  for await (const text of decodeFile(file, { shownAs, onBytes })) {
    if (text.trim() !== '') isBlank = false;
  }
  return { bytes, sha256: hash.digest('hex'), isBlank };
}

/**
 * The text of a file, piece by piece, without its byte order mark; `onBytes` sees the file as it is.
 * Throws what `readTextFile` throws, save for the size.
 */
export async function* decodeFile(
  file: string,
  { shownAs, onBytes }: { shownAs: string; onBytes?: (chunk: Uint8Array) => void },
): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  try {
    for await (const part of createReadStream(file)) {
      const chunk = part as Buffer;
      if (decoder === null) {
        const encoding = encodingOf(chunk);
        refuseBinary(chunk, encoding, shownAs);
        decoder = new TextDecoder(encoding, { fatal: true });
      }
      onBytes?.(chunk);
      yield decode(decoder, chunk);
    }
    yield decode(decoder, null);
  } catch (thrown) {
    // Reading it whole finds the line; it throws whatever is the matter.
    if (thrown instanceof BrokenEncoding) await readTextFile(file, { shownAs });
    throw thrown instanceof AppError ? thrown : unreadable(shownAs, thrown);
  }
}

class BrokenEncoding extends Error {}

function decode(decoder: TextDecoder | null, chunk: Buffer | null): string {
  try {
    return decoder?.decode(chunk ?? undefined, { stream: chunk !== null }) ?? '';
  } catch (cause) {
    throw new BrokenEncoding('broken encoding', { cause });
  }
}

/**
 * Reads a text file whole: UTF-8 (with or without a byte order mark) or UTF-16 with one. `bytes`
 * is the file as it is, for fingerprints. Throws `Data` for binary content, a broken encoding
 * (naming the line), a file that is too large or one that cannot be read.
 */
export async function readTextFile(
  file: string,
  { shownAs }: { shownAs: string },
): Promise<{ text: string; bytes: Uint8Array }> {
  let bytes: Buffer;
  try {
    refuseHuge((await fs.stat(file)).size, shownAs);
    bytes = await fs.readFile(file);
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : unreadable(shownAs, thrown);
  }
  const encoding = encodingOf(bytes);
  refuseBinary(bytes, encoding, shownAs);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), bytes };
  } catch {
    throw dataError(shownAs, {
      ...(encoding === 'utf-8' ? { row: firstBadLine(bytes) } : {}),
      problem: `is not valid ${encoding.toUpperCase()}`,
      remedy: 'Save it as UTF-8 (in VS Code: "Reopen with Encoding", then "Save with Encoding").',
    });
  }
}

function refuseBinary(bytes: Uint8Array, encoding: Encoding, shownAs: string): void {
  if (encoding !== 'utf-8' || !bytes.subarray(0, 8192).includes(0)) return;
  throw dataError(shownAs, {
    problem: 'looks like a binary file, not text',
    remedy: 'Leave it out, or save it as UTF-8 text.',
  });
}

function refuseHuge(bytes: number, shownAs: string): void {
  if (bytes <= MAX_BYTES) return;
  throw dataError(shownAs, {
    problem: `is larger than ${MAX_BYTES / 1e6} MB, the most that one file may have`,
    remedy: 'Split it into several files.',
  });
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Line (from 1) of the first byte that is not UTF-8. A line feed is never part of a character. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  for (let line = 1; ; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    if (newline === -1) return line;
    start = newline + 1;
  }
}

function unreadable(file: string, thrown: unknown): AppError {
  const code = (thrown as NodeJS.ErrnoException).code;
  const problem =
    code === 'ENOENT'
      ? 'does not exist'
      : code === 'EACCES' || code === 'EPERM'
        ? 'cannot be read: no permission'
        : `cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)})`;
  const remedy =
    code === 'ENOENT' ? 'Check the path and try again.' : 'Check its permissions, or leave it out.';
  return dataError(file, { problem, remedy });
}

function dataError(
  file: string,
  details: { row?: number; problem: string; remedy: string },
): AppError {
  return new AppError({ code: 'Data', details: { file, ...details } });
}
