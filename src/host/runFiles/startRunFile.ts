import path from 'node:path';
import * as vscode from 'vscode';
import {
  parseRunFile,
  RUN_FILE_EXTENSION,
  runsOfFile,
  type RunFile,
} from '../../core/specs/runFile.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { DataInspection } from '../training/dataInspection.js';
import { estimateText } from '../training/nameQuestion.js';
import { policiesOf, savePolicies } from '../training/maskingQuestion.js';
import { runOfRunFile } from '../training/runOfRunFile.js';
import { estimateToCreate, type RunToCreate } from '../training/runRequest.js';
import { startRun, startRuns, type StartDependencies } from '../training/startRun.js';

export interface RunFileDependencies extends StartDependencies {
  readonly bundledModel: string;
}

/** The runs of a run file, one for each seed: its text in the editor, saved or not. */
interface WrittenRuns {
  readonly name: string;
  readonly inspection: DataInspection;
  readonly runs: readonly [RunToCreate, ...RunToCreate[]];
}

async function writtenRuns(
  { dataClient, bundledModel }: RunFileDependencies,
  uri: vscode.Uri,
): Promise<WrittenRuns> {
  const document = await vscode.workspace.openTextDocument(uri);
  const { fsPath } = uri;
  const written = parseRunFile(document.getText(), fsPath);
  const folder = await chooseWorkspaceFolder(vscode.Uri.file(fsPath));
  const [first, ...others] = runsOfFile(written);
  await savePolicies(policiesOf(first), path.dirname(fsPath));
  const place = { folder, base: path.dirname(fsPath), bundledModel };
  // All runs read the same data.
  const inspection = new DataInspection(dataClient, runOfRunFile(first, place).inspection);
  const runOf = (file: RunFile): RunToCreate => ({ ...runOfRunFile(file, place).run, inspection });
  const name = written.name ?? path.basename(fsPath, RUN_FILE_EXTENSION);
  return { name, inspection, runs: [runOf(first), ...others.map(runOf)] };
}

/** Creates and starts the runs of a run file. Throws `Data` for a file with problems. */
export async function startRunFile(
  dependencies: RunFileDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const { name, inspection, runs } = await writtenRuns(dependencies, uri);
  if (runs.length > 1) await startRuns(dependencies, { name, inspection, choices: runs });
  else await startRun(dependencies, { name, inspection, run: () => runs[0] });
}

/** Shows the time and memory that each run of a run file would take. */
export async function estimateRunFile(
  dependencies: RunFileDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const { name, inspection, runs } = await writtenRuns(dependencies, uri);
  try {
    const title = vscode.l10n.t('Estimating “{0}”', name);
    await inspection.snapshot(title);
    const found = await followInNotification(title, (_report, signal) =>
      estimateToCreate(dependencies, () => runs[0], { signal }),
    );
    const text = estimateText(found);
    void notify(
      'info',
      runs.length === 1
        ? vscode.l10n.t('“{0}”: {1}', name, text)
        : vscode.l10n.t('“{0}”, each of {1} seeds: {2}', name, runs.length, text),
    );
  } finally {
    inspection.dispose();
  }
}
