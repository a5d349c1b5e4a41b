import path from 'node:path';
import * as vscode from 'vscode';
import { RUN_FILE_EXTENSION, runFileText, type RunFile } from '../../core/specs/runFile.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { slugify } from '../../core/runs/runId.js';
import { commandsOf } from '../../node/runs/commandOfRun.js';
import { freePath } from '../../node/files/freePath.js';
import { movedRunFile } from '../../node/runs/readRunFile.js';
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

/** Path of a run file that exists neither on the disk nor unsaved, in the workspace folder. */
function suggestedFile(name: string, workspaceFolder: string): string {
  const unsaved = new Set(
    vscode.workspace.textDocuments.flatMap(({ uri, isUntitled }) =>
      isUntitled ? [uri.fsPath] : [],
    ),
  );
  const base = path.join(workspaceFolder, slugify(name));
  return freePath(base, RUN_FILE_EXTENSION, (file) => unsaved.has(file));
}

/** A chosen path with the extension of run files; one that lacked it replaces no file. */
function runFilePath(chosen: string): string {
  if (chosen.endsWith(RUN_FILE_EXTENSION)) return chosen;
  return freePath(chosen.replace(/\.jsonc?$/, ''), RUN_FILE_EXTENSION);
}

/** Asks for a place and writes a run file to it, whose text depends on its folder. */
async function saveText(
  suggested: string,
  textIn: (folder: string) => string | Promise<string>,
): Promise<void> {
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(suggested),
    // The editor compares with the part behind the last dot, and would add a longer extension again.
    filters: { [vscode.l10n.t('Run file')]: [path.extname(RUN_FILE_EXTENSION).slice(1)] },
  });
  if (chosen === undefined) return;
  const uri = vscode.Uri.file(runFilePath(chosen.fsPath));
  const text = await textIn(path.dirname(uri.fsPath));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
}

/** Asks for a place and writes the run file of a run to it. */
export async function saveAsRunFile(run: NamedSpec): Promise<void> {
  await saveText(suggestedFile(run.name, run.spec.workspaceFolder), (folder) =>
    runFileTextOf(run, folder),
  );
}

/** Asks for a place and writes a run file to it, given with paths relative to the workspace folder. */
export async function saveRunFile(file: RunFile, workspaceFolder: string): Promise<void> {
  const name = file.name ?? file.experiment ?? 'run';
  await saveText(suggestedFile(name, workspaceFolder), (folder) =>
    runFileText(movedRunFile(file, workspaceFolder, folder)),
  );
}

/** Copies the command that creates a run like this one. */
export async function copyAsCommand({ spec }: NamedSpec): Promise<void> {
  const { workspaceFolder } = spec;
  await copyCommands([await runFileOfSpec(spec, { folder: workspaceFolder })], workspaceFolder);
}

/** Copies the commands that create the runs of run files with paths relative to the workspace folder. */
export async function copyCommands(
  files: readonly RunFile[],
  workspaceFolder: string,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const written = await commandsOf(files, { workspaceFolder, platform: process.platform });
  await vscode.env.clipboard.writeText(written.map(({ command }) => command).join('\n'));
  const [first] = written;
  const policyFile = first?.policyFile ?? null;
  void notify('info', copiedText({ count: files.length, policyFile, workspaceFolder }));
}

function copiedText({
  count,
  policyFile,
  workspaceFolder,
}: {
  readonly count: number;
  readonly policyFile: string | null;
  readonly workspaceFolder: string;
}): string {
  if (count === 1) {
    return policyFile === null
      ? vscode.l10n.t('The command is in the clipboard. Run it in {0}.', workspaceFolder)
      : vscode.l10n.t(
          'The command is in the clipboard. Run it in {0}. Its masking policy was saved as {1}.',
          workspaceFolder,
          policyFile,
        );
  }
  const policy =
    policyFile === null
      ? ''
      : ` ${vscode.l10n.t('The masking policy was saved as {0}.', policyFile)}`;
  return `${vscode.l10n.t('{0} commands are in the clipboard, one for each seed. Run them in {1}; each adds a run to the queue.', count, workspaceFolder)}${policy}`;
}

/** Opens the run file of a run for changes; nothing is saved. */
export async function runAgainWithChanges(run: NamedSpec): Promise<void> {
  const file = suggestedFile(run.name, run.spec.workspaceFolder);
  const uri = vscode.Uri.file(file).with({ scheme: 'untitled' });
  const text = await runFileTextOf(run, path.dirname(uri.fsPath));
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}
