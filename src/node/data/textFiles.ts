import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {
  DATA_FORMATS,
  dataExtensionOf,
  FORMAT_OF_EXTENSION,
  isExampleFile,
  isTableFormat,
  ONLY_WHEN_NAMED,
  prefersTables,
  TABLE_FORMATS,
  TEXT_FORMATS,
  type DataFormat,
} from '../../core/data/dataFormats.js';
import type { DataKind, DataSelection } from '../../core/data/dataSelection.js';
import type { SplitName } from '../../core/data/records.js';
import { splitsByName } from '../../core/data/splitting/fileSplits.js';
import { inputError, problemOf, type AppError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { TaskName } from '../../core/runs/dataSnapshot.js';
import { notRegular } from '../files/regularFile.js';
import { Pace } from '../runtime/pace.js';
import { labelFolderMessage, labelFoldersOf, skippedTexts } from './labelFolders.js';
import { unreadable } from './readers/fileErrors.js';
import { filesBelow, type FileTreeOptions } from './readers/fileTree.js';
import { globOf, matcherOf } from './readers/globs.js';

/** A data file. */
export interface CollectedFile {
  /** Relative to the workspace folder with forward slashes; absolute if it is outside. */
  readonly path: string;
  readonly bytes: number;
  /** Split given by the name of the file or its folder. */
  readonly split?: SplitName;
}

export interface CollectedFiles {
  readonly files: CollectedFile[];
  /** Named files and found folders that could not be used, with reasons. */
  readonly skipped: Message[];
  /** A sentence about files that Masklab wrote and that are not read as data. */
  readonly notes: readonly Message[];
}

/** Part of a selection that determines the files. */
export type FileSelection = Pick<
  DataSelection,
  'workspaceFolder' | 'paths' | 'exclude' | 'format' | 'code' | 'ignoreSplitNames'
>;

const FORMATS: Record<DataKind, readonly DataFormat[]> = {
  text: TEXT_FORMATS.filter((format) => format !== 'code'),
  labelled: TABLE_FORMATS,
  any: DATA_FORMATS.filter((format) => format !== 'code'),
};
/** Usual extensions of each kind of data, and the problem if there is none. */
const KIND_TEXTS = {
  text: { extensions: ['.txt', '.md', '.html'], none: 'data.noTextFiles' },
  labelled: {
    extensions: ['.csv', '.tsv', '.jsonl', '.parquet', '.conll'],
    none: 'data.noLabeledFiles',
  },
  any: {
    extensions: ['.txt', '.md', '.html', '.csv', '.jsonl', '.parquet'],
    none: 'data.noDataFiles',
  },
} as const satisfies Record<DataKind, unknown>;

/** Whether the extension of a file belongs to a kind of data. */
export function isDataFile(file: string, kind: DataKind, { code = false } = {}): boolean {
  const format = FORMAT_OF_EXTENSION[dataExtensionOf(file)];
  if (format === 'code') return code && kind !== 'labelled';
  return format !== undefined && FORMATS[kind].includes(format);
}

/**
 * Finds all data files of a selection in one walk over its folders. Files that are named one by one are
 * always found, even if they are hidden. In folders, files that are hidden, ignored by git, excluded or
 * in `node_modules` are skipped, and links are not followed. A glob that begins with `!` excludes.
 * Throws `Data` for a path that cannot be read, and `Cancelled`.
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
  const own: string[] = [];
  const pace = new Pace(signal);
  const search: Search = {
    ...selection,
    skipOwn: (absolute, kind) => {
      if (kind === 'file' && !isFound(absolute, selection)) return;
      own.push(shownPath(absolute, workspaceFolder));
    },
    isExcluded: matcherOf([...exclude, ...excluding], workspaceFolder),
    skip: (absolute, error) => {
      const place = shownPath(absolute, workspaceFolder);
      skipped.push(message('problem.at', { place, problem: problemOf(error.data) }));
    },
  };
  for (const given of paths) {
    if (isExclusion(given)) continue;
    for await (const { absolute, ...how } of filesOf(given, search)) {
      if (pace.isOver) await pace.turn();
      const shown = shownPath(absolute, workspaceFolder);
      // A file can vanish between the list of its folder and here.
      const stats = statSync(absolute, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      // A file that is both named and found counts as named.
      const before = found.get(shown);
      const isTaken = how.isTaken || before?.isTaken === true;
      const isNamed = how.isNamed || before?.isNamed === true;
      found.set(shown, { path: shown, bytes: stats.size, isTaken, isNamed });
    }
  }
  const sorted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const notes =
    own.length === 0
      ? []
      : [message('data.ownOutputsSkipped', { count: own.length, path: own[0]! })];
  return new FoundFiles(sorted, { skipped, notes }, selection);
}

interface FoundFile extends CollectedFile {
  /** Named individually: reported if it cannot be used. */
  readonly isNamed: boolean;
  /** Used regardless of its extension. */
  readonly isTaken: boolean;
}

/** Texts of the smallest folder that may be a label. */
const FEWEST_TEXTS = 5;
/** Share of the texts that may be beside label folders. */
const MOST_OUTSIDE = 0.05;
const MOST_LIKELY_LABELS = 100;

/** Files found by a walk. Selecting a kind of data from them needs no other walk. */
export class FoundFiles {
  constructor(
    private readonly found: readonly FoundFile[],
    private readonly other: Omit<CollectedFiles, 'files'>,
    private readonly selection: FileSelection,
  ) {}

  /** Likely kind of the data: that of named files, else text unless it is little beside tables. */
  get likelyKind(): 'text' | 'labelled' {
    const { format, paths } = this.selection;
    if (format !== null) return isTableFormat(format) ? 'labelled' : 'text';
    const named = (kind: DataKind): boolean => paths.some((given) => isDataFile(given, kind));
    if (named('labelled')) return named('text') ? 'text' : 'labelled';
    const [textBytes, tableBytes] = [this.bytesOf('text'), this.bytesOf('labelled')];
    return prefersTables({ textBytes, tableBytes }) ? 'labelled' : 'text';
  }

  /** Format of the selection, or `folders` if `forTask` chose it. */
  get format(): DataFormat | null {
    return this.selection.format;
  }

  /**
   * The same files for a task. For classification without tables, texts in several label folders have
   * the names of their folders as labels.
   */
  forTask(task: TaskName | null): FoundFiles {
    if (task === null || this.format !== null || this.bytesOf('labelled') > 0) return this;
    const objective = objectiveOf({ kind: task });
    if (objective.head !== 'sequence' || !objective.metrics.includes('accuracy')) return this;
    return this.labelsOfFolders().length < 2 ? this : this.inFormat('folders');
  }

  /** Labels of texts in label folders, whatever the format of the selection. */
  labelsOfFolders(): string[] {
    const texts = this.found.filter((file) => isText(file) && file.bytes > 0);
    return [...labelFoldersOf(texts, this.selection.workspaceFolder).labels.keys()];
  }

  /**
   * Labels that the folders of running text are likely to be: several folders, each with several texts,
   * and hardly a text elsewhere. Folders with pages of Markdown are likelier chapters.
   */
  get likelyLabels(): string[] {
    const { workspaceFolder } = this.selection;
    const texts = this.found.filter((file) => isText(file) && file.bytes > 0);
    if (texts.some(({ path: name }) => FORMAT_OF_EXTENSION[dataExtensionOf(name)] === 'md'))
      return [];
    const { inside, outside, labels } = labelFoldersOf(texts, workspaceFolder);
    const isLikely =
      labels.size > 1 &&
      Math.min(...labels.values()) >= FEWEST_TEXTS &&
      outside.length <= Math.max(1, inside.length * MOST_OUTSIDE);
    return isLikely ? [...labels.keys()].slice(0, MOST_LIKELY_LABELS) : [];
  }

  /** Files of a kind of data, sorted by path. Throws `UserInput` if there are none. */
  of(kind: DataKind): CollectedFiles {
    if (this.format === 'folders') return this.ofLabelFolders(kind);
    const files: CollectedFile[] = [];
    const { notes } = this.other;
    const skipped = [...this.other.skipped];
    for (const file of this.found) {
      const { path: shown, bytes, isNamed } = file;
      const isUsed = this.isUsed(file, kind);
      if (isUsed && bytes > 0) files.push({ path: shown, bytes });
      else if (isUsed) skipped.push(message('data.emptyFileSkipped', { file: shown }));
      else if (isNamed) {
        const extensions = { list: KIND_TEXTS[kind].extensions, join: 'or' } as const;
        skipped.push(message('data.otherFileSkipped', { file: shown, extensions }));
      }
    }
    if (files.length === 0) throw noFiles(this.selection.paths, kind, [...skipped, ...notes]);
    return { files: this.selection.ignoreSplitNames ? files : splitsByName(files), skipped, notes };
  }

  private inFormat(format: DataFormat): FoundFiles {
    return new FoundFiles(this.found, this.other, { ...this.selection, format });
  }

  /** Texts in label folders. Files elsewhere, other than texts and empty ones are counted and named. */
  private ofLabelFolders(kind: DataKind): CollectedFiles {
    const { paths, workspaceFolder, ignoreSplitNames } = this.selection;
    const texts = this.found.filter((file) => file.isTaken || isText(file));
    const filled = texts.filter(({ bytes }) => bytes > 0);
    const { inside, outside, labels } = labelFoldersOf(filled, workspaceFolder);
    const isOther = (file: FoundFile): boolean => !file.isTaken && !isText(file);
    const { skipped } = this.other;
    const leftOut = [
      ...this.other.notes,
      ...skippedTexts('data.outsideLabelFolders', outside),
      ...skippedTexts('data.otherThanTexts', this.found.filter(isOther)),
      ...skippedTexts(
        'data.emptyFilesSkipped',
        texts.filter(({ bytes }) => bytes === 0),
      ),
    ];
    if (inside.length === 0) throw noFiles(paths, kind, [...skipped, ...leftOut]);
    const files = inside.map(({ path: shown, bytes }) => ({ path: shown, bytes }));
    return {
      files: ignoreSplitNames ? files : splitsByName(files, { areInLabelFolders: true }),
      skipped,
      notes: [...leftOut, labelFolderMessage(labels)],
    };
  }

  private bytesOf(kind: DataKind): number {
    return this.found.reduce((sum, file) => sum + (this.isUsed(file, kind) ? file.bytes : 0), 0);
  }

  private isUsed({ path: shown, isNamed, isTaken }: FoundFile, kind: DataKind): boolean {
    const code = this.selection.code !== null;
    return isTaken || (isNamed && kind === 'any') || isDataFile(shown, kind, { code });
  }
}

/** Files of a selection, in one walk. Throws the errors of `findDataFiles` and `FoundFiles.of`. */
export async function collectDataFiles(
  selection: FileSelection,
  kind: DataKind,
  signal?: AbortSignal,
): Promise<CollectedFiles> {
  return (await findDataFiles(selection, signal)).of(kind);
}

interface Search extends FileSelection {
  readonly isExcluded: (absolute: string) => boolean;
  readonly skip: (absolute: string, error: AppError) => void;
  readonly skipOwn: FileTreeOptions['onOwn'];
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
  } else {
    if (!stats.isFile()) throw unreadable(given, notRegular());
    yield { absolute, isNamed: true, isTaken: search.format !== null };
  }
}

/** Files of a glob. A glob with an extension names its matches; other globs find data files. */
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

function treeOptions({ workspaceFolder, isExcluded, skip, skipOwn }: Search): FileTreeOptions {
  return { workspaceFolder, isExcluded, onSkipped: skip, onOwn: skipOwn };
}

/** Whether a file can be a text of a label folder. */
function isText({ path: shown, isNamed }: FoundFile): boolean {
  return isNamed || isExampleFile(shown);
}

/** Whether a file that was not named can be data. Of label folders, other files are counted. */
function isFound(file: string, { code, format }: Pick<FileSelection, 'code' | 'format'>): boolean {
  if (format === 'folders' || isExampleFile(file)) return true;
  const isOnlyWhenNamed = ONLY_WHEN_NAMED.includes(dataExtensionOf(file));
  return isDataFile(file, 'any', { code: code !== null }) && !isOnlyWhenNamed;
}

function noFiles(paths: readonly string[], kind: DataKind, skipped: readonly Message[]): AppError {
  const reasons = { list: skipped, join: 'sentences' } as const;
  return inputError(
    problem(KIND_TEXTS[kind].none, {
      paths: { list: paths, join: 'and' },
      skipped: skipped.length === 0 ? '' : message('data.skippedInstead', { skipped: reasons }),
    }),
  );
}

function shownPath(absolute: string, workspaceFolder: string): string {
  const relative = path.relative(workspaceFolder, absolute);
  const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
  return isOutside ? absolute : relative.split(path.sep).join('/');
}
