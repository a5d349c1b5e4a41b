import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  DATA_FORMATS,
  FORMAT_OF_EXTENSION,
  ONLY_WHEN_NAMED,
  TABLE_FORMATS,
  TEXT_FORMATS,
  type DataFormat,
} from '../../core/data/dataFormats.js';
import { AppError } from '../../core/errors.js';
import { decodeFile, HTML_CHARSET } from './readers/decodeFile.js';
import { unreadable } from './readers/fileErrors.js';
import { filesBelow, type FileTreeOptions } from './readers/fileTree.js';
import { globOf, matcherOf } from './readers/globs.js';

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
  /** Takes source code too. */
  readonly code?: boolean;
  /** Globs of files and folders to leave out unless they are named, relative to the workspace. */
  readonly exclude?: readonly string[];
}

const FORMATS: Record<DataKind, readonly DataFormat[]> = {
  text: TEXT_FORMATS.filter((format) => format !== 'code'),
  labelled: TABLE_FORMATS,
  any: DATA_FORMATS.filter((format) => format !== 'code'),
};
const IN_WORDS: Record<DataKind, { files: string; endings: string; content: string }> = {
  text: { files: 'text files', endings: '.txt, .md or .html', content: 'some text' },
  labelled: {
    files: 'labelled files',
    endings: '.csv, .tsv, .jsonl, .parquet or .conll',
    content: 'rows',
  },
  any: {
    files: 'data files',
    endings: '.txt, .md, .html, .csv, .jsonl or .parquet',
    content: 'some text',
  },
};

/** Whether a file's ending is one of a kind of data. */
export function isDataFile(file: string, kind: DataKind, { code = false } = {}): boolean {
  const format = FORMAT_OF_EXTENSION[path.extname(file).toLowerCase()];
  if (format === 'code') return code && kind !== 'labelled';
  return format !== undefined && FORMATS[kind].includes(format);
}

/**
 * The files of a kind among `paths` (files, folders and globs, relative to the workspace folder),
 * each once, sorted by path. What is named one by one is taken, also where it is hidden. Folders are
 * searched through: what is hidden, ignored by git, excluded or in `node_modules` is not looked at,
 * and links are not followed. A glob that begins with `!` excludes. Throws `UserInput` where there is
 * no such file, `Data` for a path that cannot be read.
 */
export async function collectDataFiles(
  paths: readonly string[],
  options: CollectOptions,
): Promise<CollectedFiles> {
  const { workspaceFolder, kind, exclude = [] } = options;
  const files = new Map<string, CollectedFile>();
  const skipped: CollectedFiles['skipped'] = [];
  const isExclusion = (given: string): boolean => given.startsWith('!');
  const excluding = paths.filter(isExclusion).map((given) => given.slice(1));
  const search: Search = {
    ...options,
    isExcluded: matcherOf([...exclude, ...excluding], workspaceFolder),
    skip: (absolute, reason) => {
      skipped.push({ file: shownPath(absolute, workspaceFolder), reason });
    },
  };
  for (const given of paths) {
    if (isExclusion(given)) continue;
    for await (const absolute of filesOf(given, search)) {
      const shown = shownPath(absolute, workspaceFolder);
      const { size } = await fs.stat(absolute);
      if (size === 0) search.skip(absolute, 'is empty and is left out');
      else files.set(shown, { path: shown, bytes: size });
    }
  }
  if (files.size === 0) throw noFiles(paths, kind, skipped);
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, skipped };
}

interface Search extends CollectOptions {
  readonly isExcluded: (absolute: string) => boolean;
  readonly skip: (absolute: string, reason: string) => void;
}

async function* filesOf(given: string, search: Search): AsyncGenerator<string> {
  const { workspaceFolder, kind, anyEnding = false } = search;
  const absolute = path.resolve(workspaceFolder, given);
  const stats = await fs.stat(absolute).catch((thrown: unknown) => {
    if (globOf(given).isGlob) return null;
    throw unreadable(given, thrown);
  });
  if (stats === null) yield* filesOfGlob(given, search);
  else if (stats.isDirectory()) {
    for await (const file of filesBelow(absolute, treeOptions(search))) {
      if (isFound(file, search)) yield file;
    }
  } else if (anyEnding || kind === 'any' || isDataFile(absolute, kind, search)) yield absolute;
  else search.skip(absolute, `is not a ${IN_WORDS[kind].endings} file and is left out`);
}

/** A glob that says the ending names what it finds; others find files of the kind. */
async function* filesOfGlob(given: string, search: Search): AsyncGenerator<string> {
  const folder = path.resolve(search.workspaceFolder, globOf(given).base);
  const matches = matcherOf([given], search.workspaceFolder);
  const saysEnding = /\.[\w{},]+$/.test(given);
  const isThere = (await fs.stat(folder).catch(() => null)) !== null;
  if (!isThere) return;
  for await (const file of filesBelow(folder, treeOptions(search))) {
    if (matches(file) && (saysEnding || isFound(file, search))) yield file;
  }
}

function treeOptions({ workspaceFolder, isExcluded, skip }: Search): FileTreeOptions {
  return { workspaceFolder, isExcluded, onSkipped: skip };
}

/** Whether a file that nobody named is data of the kind. */
function isFound(file: string, { kind, code = false }: Search): boolean {
  const isOnlyWhenNamed = ONLY_WHEN_NAMED.includes(path.extname(file).toLowerCase());
  return isDataFile(file, kind, { code }) && !isOnlyWhenNamed;
}

function noFiles(
  paths: readonly string[],
  kind: DataKind,
  skipped: CollectedFiles['skipped'],
): AppError {
  const { files, content, endings } = IN_WORDS[kind];
  const reasons = skipped.map(({ file, reason }) => ` ${file} ${reason}.`).join('');
  return new AppError({
    code: 'UserInput',
    details: {
      problem: `There are no ${files} in ${paths.join(', ')}.${reasons}`,
      remedy: `Choose a folder or files with ${content} in them: ${endings}.`,
    },
  });
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
  const format = FORMAT_OF_EXTENSION[path.extname(shownAs).toLowerCase()];
  if (format === 'parquet') {
    await readBytes(file, { shownAs, onBytes });
    isBlank = bytes === 0;
  } else {
    const declaration = format === 'html' ? { declaration: HTML_CHARSET } : {};
    for await (const text of decodeFile(file, { shownAs, onBytes, ...declaration })) {
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
