import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import {
  runCommandLine,
  startCommandLine,
  type CommandLineOptions,
} from '../../node/runs/commandLineProcess.js';
import { lockOwner } from '../../node/runs/runLock.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { plural } from '../platform/editorWords.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder, workspaceFoldersOnDisk } from '../platform/workspace.js';

export interface StudyDependencies {
  readonly commandLine: CommandLineOptions;
  readonly reporter: Reporter;
}

/** Log of a study's process, in the folder of the study. */
const LOG_FILE = 'study.log';
const STUDIES = '.masklab/studies';

const createdSchema = z.object({
  folder: z.string().min(1),
  name: z.string(),
  runs: z.int().positive(),
});

/** Saves the file, since a process reads it, and finds the workspace folder that keeps its study. */
async function savedStudy(uri: vscode.Uri): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  await document.save();
  return (await chooseWorkspaceFolder(vscode.Uri.file(uri.fsPath))).uri.fsPath;
}

/**
 * Creates the study of a file and starts the process that trains its runs, which outlives the window.
 * The runs are shown like all others.
 */
export async function runStudy(
  { commandLine, reporter }: StudyDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const cwd = await savedStudy(uri);
  const file = path.basename(uri.fsPath);
  const output = await followInNotification(
    vscode.l10n.t('Preparing the study “{0}”', file),
    (_report, signal) =>
      runCommandLine(['study', 'create', uri.fsPath, '--json'], { ...commandLine, cwd, signal }),
  );
  const { folder, name, runs } = createdSchema.parse(parseJsonText(output));
  const logFile = path.join(folder, LOG_FILE);
  await startCommandLine(['study', 'run', folder], { ...commandLine, cwd, logFile });
  await reporter.ask(
    'info',
    plural(
      runs,
      vscode.l10n.t(
        'The study “{0}” has started with {1} run. It continues if you close this window.',
        name,
        runs,
      ),
      vscode.l10n.t(
        'The study “{0}” has started with {1} runs. It continues if you close this window.',
        name,
        runs,
      ),
    ),
    [
      {
        title: vscode.l10n.t('Open Log'),
        run: () => vscode.window.showTextDocument(vscode.Uri.file(logFile)),
      },
      {
        title: vscode.l10n.t('Stop Study'),
        run: () => stopStudyIn(commandLine, { cwd, folder }),
      },
    ],
  );
}

/** Shows the runs, the time and the detectable differences of a study. */
export async function planStudy(
  { commandLine }: StudyDependencies,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const cwd = await savedStudy(uri);
  const content = await followInNotification(
    vscode.l10n.t('Planning the study “{0}”', path.basename(uri.fsPath)),
    (_report, signal) =>
      runCommandLine(['study', 'plan', uri.fsPath], { ...commandLine, cwd, signal }),
  );
  const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

/** Stops a study that a process of this machine runs; asks which if there are several. */
export async function stopStudy({ commandLine }: StudyDependencies): Promise<void> {
  const running = await runningStudies();
  if (running.length === 0) {
    void notify('info', vscode.l10n.t('No study is running in this workspace.'));
    return;
  }
  const [only] = running;
  const picked =
    running.length === 1
      ? only
      : await vscode.window.showQuickPick(
          running.map((study) => ({ label: path.basename(study.folder), ...study })),
          { placeHolder: vscode.l10n.t('Select a study to stop') },
        );
  if (picked !== undefined) await stopStudyIn(commandLine, picked);
}

interface PlacedStudy {
  /** Workspace folder. */
  readonly cwd: string;
  readonly folder: string;
}

async function stopStudyIn(
  commandLine: CommandLineOptions,
  { cwd, folder }: PlacedStudy,
): Promise<void> {
  await runCommandLine(['study', 'stop', folder], { ...commandLine, cwd });
}

async function runningStudies(): Promise<PlacedStudy[]> {
  const found: PlacedStudy[] = [];
  for (const { uri } of workspaceFoldersOnDisk()) {
    const studies = vscode.Uri.joinPath(uri, STUDIES);
    const entries = await vscode.workspace.fs.readDirectory(studies).then(
      (all) => all,
      () => [],
    );
    for (const [name] of entries) {
      const folder = vscode.Uri.joinPath(studies, name).fsPath;
      if ((await lockOwner(folder)) !== null) found.push({ cwd: uri.fsPath, folder });
    }
  }
  return found;
}
