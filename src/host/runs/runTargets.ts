import path from 'node:path';
import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { rowsToDirectories } from './tree/rowRuns.js';
import { TreeNode } from './tree/treeProvider.js';

/** Argument of key bindings: the command applies to the selected rows of the tree. */
const SELECTION = 'selection';

/** Sources of the runs that commands apply to. */
export interface RunSources {
  /** The run of the active panel. */
  readonly activeRun: () => string | null;
  /** Rows that are selected in the tree. */
  readonly selectedRows: () => readonly TreeNode[];
}

/**
 * Directories of the runs that a command was called for: rows of the tree, the run of the panel, or
 * one directory. `null` if it was called without any, as from the palette. Throws `UserInput` for a
 * directory that is not a run of an open folder.
 */
export function targetsOf(
  [target, others]: readonly unknown[],
  { activeRun, selectedRows }: RunSources,
): string[] | null {
  if (target === SELECTION) return rowsToDirectories(selectedRows());
  if (typeof target === 'string') return [runOfWorkspace(target)];
  // The title of a panel passes the panel's own address.
  if (target instanceof vscode.Uri) {
    const active = activeRun();
    return active === null ? null : [active];
  }
  if (!(target instanceof TreeNode)) return null;
  const rows = Array.isArray(others) ? others.filter((row) => row instanceof TreeNode) : [];
  return rowsToDirectories(rows.includes(target) ? rows : [target]);
}

/** Only runs of open folders are stopped, resumed or deleted, whoever asks for it. */
function runOfWorkspace(target: string): string {
  const directory = path.resolve(target);
  const isOpen = workspaceFoldersOnDisk().some(
    ({ uri }) => path.dirname(directory) === runsFolderOf(uri.fsPath),
  );
  if (isOpen) return directory;
  throw inputError(problem('runs.notOfWorkspace', { directory }));
}
