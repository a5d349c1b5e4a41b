import type * as vscode from 'vscode';
import { VIEWS } from '../../platform/contributions.js';
import { rowsToDirectories } from './rowRuns.js';
import type { TreeNode } from './treeProvider.js';

/** Moves runs to an experiment; to a new one, whose name is asked for, if it is `null`. */
export type MoveRuns = (directories: readonly string[], experiment: string | null) => Promise<void>;

/** The tree's own type of dragged rows: nothing from elsewhere is accepted. */
const DRAGGED = `application/vnd.code.tree.${VIEWS.experiments.toLowerCase()}`;

/**
 * Lets rows be dragged onto an experiment or a row in it, and onto the empty space below all rows for
 * a new experiment.
 */
export class RunDragAndDrop implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dragMimeTypes = [DRAGGED];
  readonly dropMimeTypes = [DRAGGED];
  private dragged: readonly TreeNode[] = [];

  constructor(private readonly moveRuns: MoveRuns) {}

  handleDrag(source: readonly TreeNode[]): void {
    this.dragged = source;
  }

  async handleDrop(target: TreeNode | undefined): Promise<void> {
    const directories = rowsToDirectories(this.dragged);
    this.dragged = [];
    // Unreadable runs have no experiment to join.
    if (directories.length === 0 || (target !== undefined && target.row.experiment === null))
      return;
    await this.moveRuns(directories, target?.row.experiment ?? null);
  }
}
