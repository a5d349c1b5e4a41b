import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import { runFilesOfDraft, type LaunchDraft } from '../../core/specs/launchDraft.js';
import { runFileText, RUN_FILE_EXTENSION, type RunFile } from '../../core/specs/runFile.js';
import { slugify, suggestName } from '../../core/runs/runId.js';
import { freePath } from '../../node/files/freePath.js';
import { commandsOf } from '../../node/runs/commandOfRun.js';
import { movedRunFile } from '../../node/runs/readRunFile.js';
import { plural } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';
import { isTrustedForTraining } from '../platform/trust.js';
import {
  createInEditor,
  showAndStart,
  type NewRun,
  type StartDependencies,
} from '../training/startRun.js';
import { savePolicy } from '../training/maskingQuestion.js';
import type { LaunchCheck } from './launchCheck.js';

export interface LaunchPlan {
  readonly folder: vscode.WorkspaceFolder;
  readonly draft: LaunchDraft;
  readonly check: LaunchCheck;
}

/** Throws the first problem that a draft is known to have. */
function refuseProblems({ check }: LaunchPlan): void {
  const [first] = check.current.problems;
  if (first !== undefined) throw new AppError(first.error);
}

/**
 * Creates the runs of a draft, one for each seed. A single run starts unless it has to wait; several
 * wait for one another. Throws what creating a run throws.
 */
export async function launchRuns(
  dependencies: StartDependencies,
  plan: LaunchPlan,
  { isQueued }: { readonly isQueued: boolean },
): Promise<void> {
  refuseProblems(plan);
  if (!(await isTrustedForTraining())) return;
  const { draft, check, folder } = plan;
  if (draft.masking !== '' && draft.policy === null) {
    await savePolicy(vscode.Uri.joinPath(folder.uri, draft.masking));
  }
  const files = runFilesOfDraft(draft);
  const name = files[0].name ?? suggestName(Math.random);
  const inspection = check.takeInspection(check.writtenRun(files[0]));
  const runs: NewRun[] = [];
  try {
    for (const file of files) {
      const { run } = check.writtenRun({ ...file, name });
      runs.push(
        await createInEditor(dependencies, {
          ...{ name, inspection },
          choices: { ...run, inspection },
          isQueued: isQueued || files.length > 1,
        }),
      );
    }
  } finally {
    inspection.dispose();
    for (const { directory } of runs) await dependencies.runStore.update(directory);
  }
  const [first] = runs;
  if (first === undefined) return;
  if (runs.length === 1) {
    await showAndStart(dependencies, first);
    return;
  }
  dependencies.openPanel(first.directory);
  void notify(
    'info',
    plural(
      runs.length,
      vscode.l10n.t('{0} run of “{1}” was added to the queue.', runs.length, name),
      vscode.l10n.t('{0} runs of “{1}” were added to the queue.', runs.length, name),
    ),
  );
}

/** Copies the command that creates the run; with several seeds, one command for each. */
export async function copyDraftAsCommand(plan: LaunchPlan): Promise<void> {
  refuseProblems(plan);
  if (!(await isTrustedForTraining())) return;
  const { fsPath } = plan.folder.uri;
  const commands = await commandsOf(runFilesOfDraft(plan.draft), {
    ...{ workspaceFolder: fsPath, platform: process.platform },
  });
  await vscode.env.clipboard.writeText(commands.map(({ command }) => command).join('\n'));
  void notify('info', vscode.l10n.t('The command is in the clipboard. Run it in {0}.', fsPath));
}

/** Asks for a place and writes the run file of a draft, with its first seed. */
export async function saveDraft(plan: LaunchPlan): Promise<void> {
  refuseProblems(plan);
  const { fsPath } = plan.folder.uri;
  const [file] = runFilesOfDraft(plan.draft);
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(suggestedFile(file, fsPath)),
    filters: { [vscode.l10n.t('Run file')]: [RUN_FILE_EXTENSION.slice(1)] },
  });
  if (uri === undefined) return;
  const text = runFileText(movedRunFile(file, fsPath, path.dirname(uri.fsPath)));
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
}

function suggestedFile({ name, experiment }: RunFile, folder: string): string {
  return freePath(path.join(folder, slugify(name ?? experiment ?? 'run')), RUN_FILE_EXTENSION);
}
