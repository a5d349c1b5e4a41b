import type { TreeNode } from './treeProvider.js';
import type { TreeRow } from './treeRow.js';

/** Directories of the runs that rows show; a filter hides the others from commands as well. */
export function rowsToDirectories(rows: readonly TreeNode[]): string[] {
  return [...new Set(rows.flatMap(({ row }) => directoriesIn(row)))];
}

function directoriesIn({ children, runs }: TreeRow): string[] {
  return children.length === 0
    ? runs.map(({ directory }) => directory)
    : children.flatMap(directoriesIn);
}
