import { stat } from 'node:fs/promises';
import type * as vscode from 'vscode';
import { problem, type Problem } from '../../core/messages/message.js';
import type { DataClient } from './dataClient.js';
import { dataPlaceOf } from './excludedGlobs.js';

/**
 * Problem of selected folders without a data file. `null` if there is one, if a file is selected, and if
 * the folders cannot be listed, which the inspection reports.
 */
export async function emptyDataProblem(
  dataClient: Pick<DataClient, 'call'>,
  { folder, paths }: { readonly folder: vscode.WorkspaceFolder; readonly paths: readonly string[] },
): Promise<Problem | null> {
  const { exclude } = dataPlaceOf(folder);
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) return null;
      const { text, tables } = await dataClient.call('listData', {
        workspaceFolder: path,
        exclude,
      });
      if (text !== null || tables.length > 0) return null;
    } catch {
      return null;
    }
  }
  return problem('data.noDataFiles', {
    paths: { list: [...paths], join: 'and' },
    skipped: '',
  });
}
