import path from 'node:path';
import { message, type Message } from '../../core/messages/message.js';
import { shortList } from '../../core/text/shortList.js';

/** Files by whether they are in a label folder. */
export interface LabelFolders<F> {
  readonly inside: readonly F[];
  /** Files beside label folders, such as a `README` above them. */
  readonly outside: readonly F[];
  /** Number of files by label, in the order of the files. */
  readonly labels: ReadonlyMap<string, number>;
}

interface FoundText {
  readonly path: string;
  /** Named individually: always inside. */
  readonly isNamed: boolean;
}

/**
 * Finds the label folders of files: folders with files and without other such folders below them, as in
 * `train/spam/1.txt`. A folder of another split has the same labels.
 */
export function labelFoldersOf<F extends FoundText>(
  files: readonly F[],
  workspaceFolder: string,
): LabelFolders<F> {
  const folderOf = ({ path: shown }: F): string =>
    path.dirname(path.resolve(workspaceFolder, shown));
  const outer = new Set<string>();
  for (const folder of new Set(files.map(folderOf))) {
    for (let above = path.dirname(folder); !outer.has(above); above = path.dirname(above)) {
      outer.add(above);
    }
  }
  const inside: F[] = [];
  const outside: F[] = [];
  const labels = new Map<string, number>();
  for (const file of files) {
    const folder = folderOf(file);
    if (!file.isNamed && outer.has(folder)) outside.push(file);
    else {
      const label = path.basename(folder);
      labels.set(label, (labels.get(label) ?? 0) + 1);
      inside.push(file);
    }
  }
  return { inside, outside, labels };
}

/** Labels that are named; the others are counted. */
const MOST_LABELS = 8;
const LONGEST_LABEL = 60;

/** A sentence about the labels that folders give. */
export function labelFolderMessage(labels: ReadonlyMap<string, number>): Message {
  const names = Array.from(labels.keys(), (label) => shortened(label));
  return message('data.labelsOfFolders', { labels: shortList(names, MOST_LABELS) });
}

function shortened(label: string): string {
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL)}…`;
}

/** A sentence about skipped files, with the first of them; none without files. */
export function skippedTexts(
  id: 'data.outsideLabelFolders' | 'data.otherThanTexts' | 'data.emptyFilesSkipped',
  files: readonly { readonly path: string }[],
): Message[] {
  const [first] = files;
  return first === undefined ? [] : [message(id, { count: files.length, file: first.path })];
}
