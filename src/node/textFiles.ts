import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  DATA_FORMATS,
  extensionsOf,
  ONLY_WHEN_NAMED,
  TABLE_FORMATS,
} from '../core/data/dataFormats.js';
import { AppError } from '../core/errors.js';
import { decodeFile } from './readers/decodeFile.js';
import { unreadable } from './readers/fileErrors.js';

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

/**
 * Checks that a data file can be read as what its ending says and fingerprints it, as a stream: the
 * editor stays responsive and the file is never held as a whole. Throws what `decodeFile` throws.
 */
export async function checkTextFile(
  file: string,
  { shownAs }: { shownAs: string },
): Promise<{ bytes: number; sha256: string; isBlank: boolean }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let isBlank = true;
  const onBytes = (piece: Uint8Array): void => {
    hash.update(piece);
    bytes += piece.byteLength;
  };
  if (path.extname(shownAs).toLowerCase() === '.parquet') {
    await readBytes(file, { shownAs, onBytes });
    isBlank = bytes === 0;
  } else {
    for await (const text of decodeFile(file, { shownAs, onBytes })) {
      if (isBlank && /\S/.test(text)) isBlank = false;
    }
  }
  return { bytes, sha256: hash.digest('hex'), isBlank };
}

async function readBytes(
  file: string,
  { shownAs, onBytes }: { shownAs: string; onBytes: (piece: Uint8Array) => void },
): Promise<void> {
  try {
    for await (const piece of createReadStream(file)) onBytes(piece as Buffer);
  } catch (thrown) {
    throw unreadable(shownAs, thrown);
  }
}
