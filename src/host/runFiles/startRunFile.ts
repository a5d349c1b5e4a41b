import path from 'node:path';
import * as vscode from 'vscode';
import { parseRunFile, RUN_FILE_EXTENSION } from '../../core/specs/runFile.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { DataInspection } from '../training/dataInspection.js';
import { estimateText } from '../training/nameQuestion.js';
import { runOfRunFile } from '../training/runOfRunFile.js';
import { estimateToCreate, type RunToCreate } from '../training/runRequest.js';
import { startRun, type StartDependencies } from '../training/startRun.js';

export interface RunFileDependencies extends StartDependencies {
  readonly bundledModel: string;
}

/** The run of a run file: its text in the editor, saved or not. */
interface WrittenRun extends RunToCreate {
  readonly name: string;
}

async function writtenRun(
  { dataClient, bundledModel }: RunFileDependencies,
  uri: vscode.Uri,
): Promise<WrittenRun> {
  const document = await vscode.workspace.openTextDocument(uri);
  const { fsPath } = uri;
  const written = parseRunFile(document.getText(), fsPath);
  const folder = await chooseWorkspaceFolder(vscode.Uri.file(fsPath));
  const { inspection, run } = runOfRunFile(written, {
    ...{ folder, base: path.dirname(fsPath), bundledModel },
  });
  return {
    ...run,
    inspection: new DataInspection(dataClient, inspection),
    name: written.name ?? path.basename(fsPath, RUN_FILE_EXTENSION),
  };
}

/** Creates and starts the run of a run file. Throws `Data` for a file with problems. */
export async function startRunFile(
  dependencies: RunFileDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const run = await writtenRun(dependencies, uri);
  await startRun(dependencies, { name: run.name, inspection: run.inspection, run: () => run });
}

/** Shows the time and memory that the run of a run file would take. */
export async function estimateRunFile(
  dependencies: RunFileDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const run = await writtenRun(dependencies, uri);
  try {
    const title = vscode.l10n.t('Estimating “{0}”', run.name);
    await run.inspection.snapshot(title);
    const found = await followInNotification(title, (_report, signal) =>
      estimateToCreate(dependencies, () => run, { signal }),
    );
    void notify('info', vscode.l10n.t('“{0}”: {1}', run.name, estimateText(found)));
  } finally {
    run.inspection.dispose();
  }
}
