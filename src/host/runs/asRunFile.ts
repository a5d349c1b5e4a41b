import path from 'node:path';
import * as vscode from 'vscode';
import { RUN_FILE_EXTENSION, runFileText } from '../../core/specs/runFile.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { slugify } from '../../core/runs/runId.js';
import { commandOfRun } from '../../node/runs/commandOfRun.js';
import { freePath } from '../../node/files/freePath.js';
import { runFileOfSpec } from '../../node/runs/runFileOfRun.js';
import { notify } from '../platform/notify.js';
import { isTrustedForTraining } from '../platform/trust.js';

/** A run to write down, with the name to suggest. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: RunSpec;
}

/** Text of the run file of a run, with paths relative to a folder. */
export async function runFileTextOf(
  { spec }: Pick<NamedSpec, 'spec'>,
  folder: string,
): Promise<string> {
  return runFileText(await runFileOfSpec(spec, { folder }));
}

/** Path of a run file of the run that does not exist yet, in its workspace folder. */
function suggestedFile({ name, spec }: NamedSpec): string {
  return freePath(path.join(spec.workspaceFolder, slugify(name)), RUN_FILE_EXTENSION);
}

/** Asks for a place and writes the run file of a run to it. */
export async function saveAsRunFile(run: NamedSpec): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(suggestedFile(run)),
    filters: { [vscode.l10n.t('Run file')]: [RUN_FILE_EXTENSION.slice(1)] },
  });
  if (uri === undefined) return;
  const text = await runFileTextOf(run, path.dirname(uri.fsPath));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
}

/** Copies the command that creates a run like this one. */
export async function copyAsCommand({ spec }: NamedSpec): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const { command, policyFile } = await commandOfRun(spec, process.platform);
  await vscode.env.clipboard.writeText(command);
  void notify(
    'info',
    policyFile === null
      ? vscode.l10n.t('The command is in the clipboard. Run it in {0}.', spec.workspaceFolder)
      : vscode.l10n.t(
          'The command is in the clipboard. Run it in {0}. Its masking policy was saved as {1}.',
          spec.workspaceFolder,
          policyFile,
        ),
  );
}

/** Opens the run file of a run for changes; nothing is saved. */
export async function runAgainWithChanges(run: NamedSpec): Promise<void> {
  const uri = vscode.Uri.file(suggestedFile(run)).with({ scheme: 'untitled' });
  const text = await runFileTextOf(run, path.dirname(uri.fsPath));
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}
