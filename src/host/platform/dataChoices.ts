import path from 'node:path';
import * as vscode from 'vscode';
import { message } from '../../core/messages/message.js';
import type { DataList } from '../../protocol/dataWorker.js';
import { say } from './editorWords.js';

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
  /** File of the active editor; `null` if it is not in the folder. */
  readonly openFile: string | null;
  /** First choice: the whole folder, by its name. */
  readonly all: (folderName: string) => string;
}

/** Choices of data in a folder. */
export function dataChoices({ folder, openFile, all }: DataPlace): DataChoice[] {
  return [
    { label: `$(folder) ${all(folder.name)}`, choose: { kind: 'paths', paths: [folder.path] } },
    ...openFileChoices(folder.path, openFile),
    {
      label: `$(file-directory) ${vscode.l10n.t('Select folders…')}`,
      choose: { kind: 'dialog', select: 'folders' },
    },
    {
      label: `$(files) ${vscode.l10n.t('Select files…')}`,
      choose: { kind: 'dialog', select: 'files' },
    },
  ];
}

const SHOWN_TABLES = 5;

/** Adds the contents of the folder: the amount of text, and each of the largest tables. */
export function withDataList(
  [all, ...others]: readonly DataChoice[],
  { folder }: DataPlace,
  { text, tables }: DataList,
): DataChoice[] {
  const labelled = tables.slice(0, SHOWN_TABLES).map((table) => ({
    label: `$(table) ${table.path}`,
    description: say(message('files.table', { size: { bytes: table.bytes } })),
    choose: { kind: 'paths' as const, paths: [path.join(folder.path, table.path)] },
  }));
  const description =
    text === null
      ? vscode.l10n.t('no text files found')
      : say(message('files.summary', { count: text.files, size: { bytes: text.bytes } }));
  const counted = all === undefined ? [] : [{ ...all, description }];
  // Enter accepts the first choice: a table if there is no text.
  return text === null
    ? [...labelled, ...counted, ...others]
    : [...counted, ...labelled, ...others];
}

function openFileChoices(folder: string, openFile: string | null): DataChoice[] {
  if (openFile === null) return [];
  const directory = path.dirname(openFile);
  const file: DataChoice = {
    label: `$(file) ${vscode.l10n.t('The open file, {0}', path.basename(openFile))}`,
    choose: { kind: 'paths', paths: [openFile] },
  };
  const around: DataChoice = {
    label: `$(folder-opened) ${vscode.l10n.t('The folder of the open file, {0}', path.basename(directory))}`,
    choose: { kind: 'paths', paths: [directory] },
  };
  return directory === folder ? [file] : [around, file];
}
