import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { slugify } from '../../core/runs/runId.js';
import { RUN_FILE_EXTENSION } from '../../core/specs/runFile.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import { runFileTextOf } from '../runs/asRunFile.js';

export const RUN_FILE_SCHEME = 'masklab-run-file';

/** Shows how a run file differs from that of a run, which has its paths relative to the same folder. */
export async function compareRunFile(
  uri: vscode.Uri,
  { directory, name }: { readonly directory: string; readonly name: string },
): Promise<void> {
  const query = JSON.stringify({ directory, folder: path.dirname(uri.fsPath) });
  const ofRun = vscode.Uri.from({
    scheme: RUN_FILE_SCHEME,
    path: `/${slugify(name)}${RUN_FILE_EXTENSION}`,
    query,
  });
  const title = vscode.l10n.t('{0} ↔ {1}', name, path.basename(uri.fsPath));
  await vscode.commands.executeCommand('vscode.diff', ofRun, uri, title);
}

const placeSchema = z.object({ directory: z.string(), folder: z.string() });

/** Run files of runs, to compare with. */
export const runFileContent: vscode.TextDocumentContentProvider = {
  provideTextDocumentContent: async ({ query }) => {
    const { directory, folder } = placeSchema.parse(parseJsonText(query));
    return runFileTextOf({ spec: await readRunSpec(directory) }, folder);
  },
};
