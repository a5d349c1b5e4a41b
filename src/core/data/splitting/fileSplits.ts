import { dataExtensionOf, FORMAT_OF_EXTENSION, isTableFormat } from '../dataFormats.js';
import { splitNameOf } from '../columns.js';
import { message, type Message } from '../../messages/message.js';
import { SPLIT_NAMES, type SplitName } from '../records.js';

/** A data file with the split that its name or folder gives to all of its records. */
export interface FileInSplit {
  readonly path: string;
  /** Absent if the name gives none. */
  readonly split?: SplitName;
}

/**
 * Splits that the names of files and folders give: `train.csv`, `data-train-00000.jsonl`, `test/a.txt`.
 * The part of a path that is nearest the file counts. Names are followed only if one names training
 * data and another held-out or test data, so that a single `test.csv` remains usable. Among documents
 * of running text, names must also agree in the rest of the name: `wiki.train.txt` and `wiki.test.txt`,
 * but not a page about training and one about tests. Source code has no splits. Files in label folders
 * are named by the folders above: `train/` in `train/spam/a.txt`.
 */
export function splitsByName<F extends { readonly path: string }>(
  files: readonly F[],
  { areInLabelFolders = false } = {},
): (F & FileInSplit)[] {
  const paths = files.map(({ path }) =>
    areInLabelFolders ? path.replace(/[^/\\]*[/\\]?[^/\\]*$/, '') : path,
  );
  const base = commonFolder(paths);
  const named = paths.map((path) => nameIn(path.slice(base.length)));
  const splitsOf = new Map<string, Set<SplitName>>();
  for (const name of named) {
    if (name === null) continue;
    const splits = splitsOf.get(name.family) ?? new Set();
    splitsOf.set(name.family, splits.add(name.split));
  }
  const isFollowed = (family: string): boolean => {
    const splits = splitsOf.get(family)!;
    return splits.has('train') && splits.size > 1;
  };
  return files.map((file, i) => {
    const name = named[i] ?? null;
    return name !== null && isFollowed(name.family) ? { ...file, split: name.split } : file;
  });
}

/** Sentences about the files of each split, or none if no name gives a split. */
export function fileSplitMessages(files: readonly FileInSplit[]): Message[] {
  if (!files.some(({ split }) => split !== undefined)) return [];
  const list = SPLIT_NAMES.flatMap((split) => {
    const count = files.filter((file) => file.split === split).length;
    return count === 0 ? [] : [message(COUNTED[split], { count })];
  });
  const unnamed = files.filter(({ split }) => split === undefined).length;
  return [
    message('data.splitsByName', { files: { list, join: 'and' } }),
    ...(unnamed === 0 ? [] : [message('data.filesWithoutSplit', { count: unnamed })]),
  ];
}

const COUNTED = {
  train: 'data.trainFiles',
  heldOut: 'data.heldOutFiles',
  test: 'data.testFiles',
} as const satisfies Record<SplitName, string>;

interface SplitInName {
  readonly split: SplitName;
  /** Names of one family are splits of the same data. */
  readonly family: string;
}

function nameIn(path: string): SplitInName | null {
  const parts = path.split(/[/\\]/);
  const file = parts.pop()!;
  const extension = dataExtensionOf(file);
  const format = FORMAT_OF_EXTENSION[extension] ?? 'txt';
  if (format === 'code') return null;
  const isTable = isTableFormat(format);
  const isPage = format === 'md' || format === 'html';
  const end = extension === '' ? file.length : file.toLowerCase().lastIndexOf(extension);
  const stem = file.slice(0, end);
  const components = [...parts, ...(isPage ? [] : [stem])];
  for (let i = components.length - 1; i >= 0; i--) {
    const words = wordsOf(components[i]!);
    const splits = new Set(words.flatMap((word) => splitNameOf(word) ?? []));
    const [split] = splits;
    // A name with two splits, such as train-test.csv, holds both.
    if (splits.size > 1) return null;
    if (split === undefined) continue;
    const rest = words.filter((word) => splitNameOf(word) === null);
    const family = isTable ? '' : [...components.slice(0, i), ...rest].join('/');
    return { split, family };
  }
  return null;
}

/** Words of a name in lower case, without numbers: `evalSet-00001` gives `eval` and `set`. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/(held|hold)[\s._-]out/g, '$1out')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}

/** Folder that contains all files, with its last separator; empty if there is none. */
function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let length = Math.max(first.lastIndexOf('/'), first.lastIndexOf('\\')) + 1;
  for (const path of paths) {
    while (length > 0 && !path.startsWith(first.slice(0, length))) {
      const before = first.slice(0, length - 1);
      length = Math.max(before.lastIndexOf('/'), before.lastIndexOf('\\')) + 1;
    }
  }
  return first.slice(0, length);
}
