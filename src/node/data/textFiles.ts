import fs from 'node:fs/promises';
import path from 'node:path';
import {
  DATA_FORMATS,
  FORMAT_OF_EXTENSION,
  isTableFormat,
  ONLY_WHEN_NAMED,
  TABLE_FORMATS,
  TEXT_FORMATS,
  type DataFormat,
} from '../../core/data/dataFormats.js';
import type { DataKind, DataSelection } from '../../core/data/dataSelection.js';
import { AppError } from '../../core/errors.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { unreadable } from './readers/fileErrors.js';
import { filesBelow, type FileTreeOptions } from './readers/fileTree.js';
import { globOf, matcherOf } from './readers/globs.js';

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

/** Which files are data. */
export type FileSelection = Pick<
  DataSelection,
  'workspaceFolder' | 'paths' | 'exclude' | 'format' | 'code'
>;

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
 * All data among the paths of a selection, looked up in one walk over its folders. What is named one
 * by one is found, also where it is hidden. Folders are searched through: what is hidden, ignored by
 * git, excluded or in `node_modules` is not looked at, and links are not followed. A glob that begins
 * with `!` excludes. Throws `Data` for a path that cannot be read, and `Cancelled`.
 */
export async function findDataFiles(
  selection: FileSelection,
  signal?: AbortSignal,
): Promise<FoundFiles> {
  const { workspaceFolder, paths, exclude } = selection;
  const found = new Map<string, FoundFile>();
  const skipped: CollectedFiles['skipped'] = [];
  const isExclusion = (given: string): boolean => given.startsWith('!');
  const excluding = paths.filter(isExclusion).map((given) => given.slice(1));
  const search: Search = {
    ...selection,
    isExcluded: matcherOf([...exclude, ...excluding], workspaceFolder),
    skip: (absolute, reason) => {
      skipped.push({ file: shownPath(absolute, workspaceFolder), reason });
    },
  };
  for (const given of paths) {
    if (isExclusion(given)) continue;
    for await (const { absolute, ...how } of filesOf(given, search)) {
      throwIfCancelled(signal);
      const shown = shownPath(absolute, workspaceFolder);
      const { size } = await fs.stat(absolute);
      // What is named in one way and found in another is named.
      const before = found.get(shown);
      const isTaken = how.isTaken || before?.isTaken === true;
      const isNamed = how.isNamed || before?.isNamed === true;
      found.set(shown, { path: shown, bytes: size, isTaken, isNamed });
    }
  }
  const sorted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return new FoundFiles(sorted, skipped, selection);
}

interface FoundFile extends CollectedFile {
  /** Named by itself: it is told of where it cannot be used. */
  readonly isNamed: boolean;
  /** Used whatever its ending. */
  readonly isTaken: boolean;
}

/** What a walk has found. Picking one kind of data or another from it walks no more. */
export class FoundFiles {
  constructor(
    private readonly found: readonly FoundFile[],
    private readonly unreadable: CollectedFiles['skipped'],
    private readonly selection: FileSelection,
  ) {}

  /** Whether running text or tables are meant: what was named, else text where there is any. */
  get likelyKind(): 'text' | 'labelled' {
    const { format, paths } = this.selection;
    if (format !== null) return isTableFormat(format) ? 'labelled' : 'text';
    const named = (kind: DataKind): boolean => paths.some((given) => isDataFile(given, kind));
    if (named('labelled')) return named('text') ? 'text' : 'labelled';
    return !this.holds('text') && this.holds('labelled') ? 'labelled' : 'text';
  }

  /** Files that can be used as a kind of data, sorted by path. Throws `UserInput` for none. */
  of(kind: DataKind): CollectedFiles {
    const files: CollectedFile[] = [];
    const skipped = [...this.unreadable];
    for (const file of this.found) {
      const { path: shown, bytes, isNamed } = file;
      const isUsed = this.isUsed(file, kind);
      if (isUsed && bytes > 0) files.push({ path: shown, bytes });
      else if (isUsed) skipped.push({ file: shown, reason: 'is empty and is left out' });
      else if (isNamed) {
        const reason = `is not a ${IN_WORDS[kind].endings} file and is left out`;
        skipped.push({ file: shown, reason });
      }
    }
    if (files.length === 0) throw noFiles(this.selection.paths, kind, skipped);
    return { files, skipped };
  }

  private holds(kind: DataKind): boolean {
    return this.found.some((file) => file.bytes > 0 && this.isUsed(file, kind));
  }

  private isUsed({ path: shown, isNamed, isTaken }: FoundFile, kind: DataKind): boolean {
    const code = this.selection.code !== null;
    return isTaken || (isNamed && kind === 'any') || isDataFile(shown, kind, { code });
  }
}

/** The files of a selection, in one walk. Throws what `findDataFiles` and `FoundFiles.of` throw. */
export async function collectDataFiles(
  selection: FileSelection,
  kind: DataKind,
  signal?: AbortSignal,
): Promise<CollectedFiles> {
  return (await findDataFiles(selection, signal)).of(kind);
}

interface Search extends FileSelection {
  readonly isExcluded: (absolute: string) => boolean;
  readonly skip: (absolute: string, reason: string) => void;
}

interface Candidate {
  readonly absolute: string;
  readonly isNamed: boolean;
  readonly isTaken: boolean;
}

async function* filesOf(given: string, search: Search): AsyncGenerator<Candidate> {
  const absolute = path.resolve(search.workspaceFolder, given);
  const stats = await fs.stat(absolute).catch((thrown: unknown) => {
    if (globOf(given).isGlob) return null;
    throw unreadable(given, thrown);
  });
  if (stats === null) yield* filesOfGlob(given, search);
  else if (stats.isDirectory()) {
    for await (const file of filesBelow(absolute, treeOptions(search))) {
      if (isFound(file, search)) yield { absolute: file, isNamed: false, isTaken: false };
    }
  } else yield { absolute, isNamed: true, isTaken: search.format !== null };
}

/** A glob that says the ending names what it finds; others find data. */
async function* filesOfGlob(given: string, search: Search): AsyncGenerator<Candidate> {
  const folder = path.resolve(search.workspaceFolder, globOf(given).base);
  const matches = matcherOf([given], search.workspaceFolder);
  const isTaken = /\.[\w{},]+$/.test(given);
  const isThere = (await fs.stat(folder).catch(() => null)) !== null;
  if (!isThere) return;
  for await (const absolute of filesBelow(folder, treeOptions(search))) {
    if (matches(absolute) && (isTaken || isFound(absolute, search))) {
      yield { absolute, isNamed: false, isTaken };
    }
  }
}

function treeOptions({ workspaceFolder, isExcluded, skip }: Search): FileTreeOptions {
  return { workspaceFolder, isExcluded, onSkipped: skip };
}

/** Whether a file that nobody named is data. */
function isFound(file: string, { code }: Search): boolean {
  const isOnlyWhenNamed = ONLY_WHEN_NAMED.includes(path.extname(file).toLowerCase());
  return isDataFile(file, 'any', { code: code !== null }) && !isOnlyWhenNamed;
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
