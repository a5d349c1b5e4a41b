import type { DataSelection } from '../../src/core/data/dataSelection.js';
import { selectionOf } from '../../src/core/runs/dataSnapshot.js';

/** A selection of paths that leaves everything to be told from the files. */
export function selectionIn(
  workspaceFolder: string,
  paths: readonly string[],
  changes: Partial<DataSelection> = {},
): DataSelection {
  return { ...selectionOf({}, { workspaceFolder, paths, exclude: [] }), ...changes };
}
