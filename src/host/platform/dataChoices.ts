import path from 'node:path';
import * as vscode from 'vscode';
import { prefersTables } from '../../core/data/dataFormats.js';
import { message } from '../../core/messages/message.js';
import type { DataList } from '../../protocol/dataWorker.js';
import { say } from './editorWords.js';
import { withoutMarkup } from './withoutMarkup.js';

/** A way to choose data: paths, or a dialog that asks for some. */
export interface DataChoice {
  readonly label: string;
  readonly description?: string;
  /** Why the choice cannot be accepted. Default: it can. */
  readonly problem?: string;
  readonly choose:
    | { readonly kind: 'paths'; readonly paths: readonly string[] }
    | { readonly kind: 'dialog'; readonly select: 'files' | 'folders' };
}

interface DataFolder {
  readonly name: string;
  readonly path: string;
}

export interface DataPlace {
  readonly folders: readonly DataFolder[];
  /** File of the active editor; `null` if it is in none of the folders. */
  readonly openFile: string | null;
  /** Label of a whole folder, by its name. */
  readonly all: (folderName: string) => string;
  /** Files that are not offered, such as those that a model was trained on. Dialogs can choose them. */
  readonly except?: readonly string[];
}

/** Choices of data: all folders together, each of them, what is open, and dialogs. */
export function dataChoices(place: DataPlace): DataChoice[] {
  return [
    ...wholes(place).map(({ label, folders }): DataChoice => ({
      label,
      choose: { kind: 'paths', paths: folders.map((folder) => folder.path) },
    })),
    ...openFileChoices(place),
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

/** Choices with the contents of the folders. */
export interface Counted {
  /** The choices, each in its place, with the amount of text. */
  readonly choices: readonly DataChoice[];
  /** Each of the largest tables, to be shown below the choices. */
  readonly tables: readonly DataChoice[];
  /** Whether a table is the likelier data than the text. */
  readonly prefersTables: boolean;
}

/** Adds the contents of the folders without moving a choice: the person may be about to take one. */
export function withDataLists(
  choices: readonly DataChoice[],
  place: DataPlace,
  lists: readonly DataList[],
): Counted {
  const listOf = new Map(place.folders.map((folder, i) => [folder, lists[i]]));
  const counts = new Map(
    wholes(place).map(({ label, folders }) => [
      label,
      countOf(folders.map((folder) => listOf.get(folder))),
    ]),
  );
  const tables = place.folders.flatMap((folder) =>
    (listOf.get(folder)?.tables ?? []).map((table) => ({ folder, ...table })),
  );
  return {
    prefersTables: prefersTables({
      textBytes: lists.reduce((sum, { text }) => sum + (text?.bytes ?? 0), 0),
      tableBytes: Math.max(0, ...tables.map(({ bytes }) => bytes)),
    }),
    choices: choices.map((choice) => ({ ...choice, ...counts.get(choice.label) })),
    tables: tables
      .filter(({ folder, path: name }) => isOffered(path.join(folder.path, name), place))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, SHOWN_TABLES)
      .map(({ folder, path: name, bytes }) => ({
        label: `$(table) ${withoutMarkup(place.folders.length === 1 ? name : `${folder.name} • ${name}`)}`,
        description: say(message('files.table', { size: { bytes } })),
        choose: { kind: 'paths', paths: [path.join(folder.path, name)] },
      })),
  };
}

/** All folders together, if there are several, and each of them. */
function wholes({ folders, all }: DataPlace): {
  readonly label: string;
  readonly folders: readonly DataFolder[];
}[] {
  const each = folders.map((folder) => ({
    label: `$(folder) ${withoutMarkup(all(folder.name))}`,
    folders: [folder],
  }));
  if (each.length === 1) return each;
  const names = vscode.l10n.t('all folders of the workspace');
  return [{ label: `$(folder-library) ${withoutMarkup(all(names))}`, folders }, ...each];
}

function countOf(
  lists: readonly (DataList | undefined)[],
): Pick<DataChoice, 'description' | 'problem'> {
  const texts = lists.flatMap((list) => list?.text ?? []);
  if (texts.length === 0) {
    const description = vscode.l10n.t('no text files found');
    return lists.some((list) => list === undefined || list.tables.length > 0)
      ? { description }
      : { description, problem: vscode.l10n.t('There is no data here. Select other data.') };
  }
  const sum = (of: (text: { files: number; bytes: number }) => number): number =>
    texts.reduce((total, text) => total + of(text), 0);
  const size = { bytes: sum(({ bytes }) => bytes) };
  return { description: say(message('files.summary', { count: sum(({ files }) => files), size })) };
}

function isOffered(file: string, { except = [] }: DataPlace): boolean {
  return !except.includes(file);
}

function openFileChoices(place: DataPlace): DataChoice[] {
  const { folders, openFile } = place;
  if (openFile === null || !isOffered(openFile, place)) return [];
  const directory = path.dirname(openFile);
  const file: DataChoice = {
    label: `$(file) ${vscode.l10n.t('The open file, {0}', withoutMarkup(path.basename(openFile)))}`,
    choose: { kind: 'paths', paths: [openFile] },
  };
  const around: DataChoice = {
    label: `$(folder-opened) ${vscode.l10n.t('The folder of the open file, {0}', withoutMarkup(path.basename(directory)))}`,
    choose: { kind: 'paths', paths: [directory] },
  };
  return folders.some((folder) => folder.path === directory) ? [file] : [around, file];
}
