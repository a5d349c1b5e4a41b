import path from 'node:path';
import { formatBytes, formatCount } from '../../core/format.js';
import type { DataList } from '../../protocol/dataWorker.js';

/** A way to choose data: paths, or a dialog that asks for some. */
export interface DataChoice {
  readonly label: string;
  readonly description?: string;
  readonly choose:
    | { readonly kind: 'paths'; readonly paths: readonly string[] }
    | { readonly kind: 'dialog'; readonly select: 'files' | 'folders' };
}

export interface DataPlace {
  readonly folder: { readonly name: string; readonly path: string };
  /** The file of the active editor; null where it is none of the folder. */
  readonly openFile: string | null;
  /** First choice: the whole folder, by its name. */
  readonly all: (folderName: string) => string;
}

/** Choices of data in a folder. */
export function collectDataChoices({ folder, openFile, all }: DataPlace): DataChoice[] {
  return [
    { label: `$(folder) ${all(folder.name)}`, choose: { kind: 'paths', paths: [folder.path] } },
    ...openFileChoices(folder.path, openFile),
    {
      label: '$(file-directory) Choose folders…',
      choose: { kind: 'dialog', select: 'folders' },
    },
    { label: '$(files) Choose files…', choose: { kind: 'dialog', select: 'files' } },
  ];
}

const SHOWN_TABLES = 5;

/** The same with what the folder holds: text counted, and the largest tables by themselves. */
export function withDataList(
  [all, ...others]: readonly DataChoice[],
  { folder }: DataPlace,
  { text, tables }: DataList,
): DataChoice[] {
  const labelled = tables.slice(0, SHOWN_TABLES).map((table) => ({
    label: `$(table) ${table.path}`,
    description: `labels, ${formatBytes(table.bytes)}`,
    choose: { kind: 'paths' as const, paths: [path.join(folder.path, table.path)] },
  }));
  const description =
    text === null
      ? 'no text files found'
      : `${formatCount(text.files, 'file')}, ${formatBytes(text.bytes)}`;
  const counted = all === undefined ? [] : [{ ...all, description }];
  // Where there is no text but a table, the table is what Enter should take.
  return text === null
    ? [...labelled, ...counted, ...others]
    : [...counted, ...labelled, ...others];
}

function openFileChoices(folder: string, openFile: string | null): DataChoice[] {
  if (openFile === null) return [];
  const directory = path.dirname(openFile);
  const file: DataChoice = {
    label: `$(file) The open file, ${path.basename(openFile)}`,
    choose: { kind: 'paths', paths: [openFile] },
  };
  const around: DataChoice = {
    label: `$(folder-opened) The folder of the open file, ${path.basename(directory)}`,
    choose: { kind: 'paths', paths: [directory] },
  };
  return directory === folder ? [file] : [around, file];
}
