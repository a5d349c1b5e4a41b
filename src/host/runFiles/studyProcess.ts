import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { inputError } from '../../core/errors.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem } from '../../core/messages/message.js';
import {
  runCommandLine,
  startCommandLine,
  type CommandLineOptions,
} from '../../node/runs/commandLineProcess.js';
import { STUDY_FILES } from '../../node/studies/studyFolder.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { plural } from '../platform/editorWords.js';
import type { ReadOnlyDocuments } from '../platform/readOnlyDocuments.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import type { StudyKind, StudyStore, StudySummary } from '../runs/studyStore.js';
import { planText } from './planInEditor.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

export interface StudyDependencies {
  readonly commandLine: CommandLineOptions;
  readonly reporter: Reporter;
  readonly studyStore: StudyStore;
}

const createdSchema = z.object({
  folder: z.string().min(1),
  name: z.string(),
  runs: z.int().positive(),
});

/** Saves the file, since a process reads it, and finds the workspace folder that keeps its study. */
async function savedStudy(uri: vscode.Uri): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.isDirty && !(await document.save())) {
    throw inputError(problem('runs.fileNotSaved', { file: path.basename(uri.fsPath) }));
  }
  return (await chooseWorkspaceFolder(vscode.Uri.file(uri.fsPath))).uri.fsPath;
}

/**
 * Creates the study of a file and starts the process that trains its runs, which outlives the window.
 * The runs are shown like all others.
 */
export async function runStudy(
  dependencies: StudyDependencies,
  kind: StudyKind,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const cwd = await savedStudy(uri);
  const file = path.basename(uri.fsPath);
  const output = await followInNotification(
    kind === 'sweep'
      ? vscode.l10n.t('Preparing the sweep “{0}”', file)
      : vscode.l10n.t('Preparing the study “{0}”', file),
    (_report, signal) =>
      runCommandLine(`${kind} create`, [uri.fsPath, '--json'], {
        ...{ ...dependencies.commandLine, cwd, signal },
      }),
  );
  const { folder, name, runs } = createdSchema.parse(parseJsonText(output));
  await startProcess(dependencies, { kind, folder }, startedText(kind, name, runs));
}

function startedText(kind: StudyKind, name: string, runs: number): string {
  return kind === 'sweep'
    ? plural(
        runs,
        vscode.l10n.t(
          'The sweep “{0}” has started with {1} trial. It continues if you close this window.',
          name,
          runs,
        ),
        vscode.l10n.t(
          'The sweep “{0}” has started with {1} trials. It continues if you close this window.',
          name,
          runs,
        ),
      )
    : plural(
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
      );
}

/** Trains and scores what a study or sweep lacks; asks which one if several can continue. */
export async function resumeStudy(
  dependencies: StudyDependencies,
  chosen: StudySummary | null,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const study =
    chosen ??
    (await pickStudy(dependencies, {
      isOffered: ({ isRunning, report }) => !isRunning && report === null,
      none: vscode.l10n.t('No stopped study or sweep in this workspace.'),
      placeHolder: vscode.l10n.t('Select a study or sweep to resume'),
    }));
  if (study === null) return;
  const said = vscode.l10n.t(
    '“{0}” has resumed. It continues if you close this window.',
    study.name,
  );
  await startProcess(dependencies, study, said);
}

async function startProcess(
  { commandLine, reporter, studyStore }: StudyDependencies,
  { kind, folder }: Pick<StudySummary, 'kind' | 'folder'>,
  said: string,
): Promise<void> {
  const cwd = workspaceOf(folder);
  const logFile = path.join(folder, STUDY_FILES.log);
  await startCommandLine(`${kind} resume`, [folder], { ...commandLine, cwd, logFile });
  studyStore.refreshSoon();
  await reporter.ask('info', said, [
    {
      title: vscode.l10n.t('Open Log'),
      run: () => vscode.window.showTextDocument(vscode.Uri.file(logFile)),
    },
    {
      title: kind === 'sweep' ? vscode.l10n.t('Stop Sweep') : vscode.l10n.t('Stop Study'),
      run: () => runCommandLine(`${kind} stop`, [folder], { ...commandLine, cwd }),
    },
  ]);
}

/** Shows the runs and the time of a study or sweep, and the differences that a study can detect. */
export async function planStudy(
  { commandLine, plans }: StudyDependencies & { readonly plans: ReadOnlyDocuments },
  kind: StudyKind,
  uri: vscode.Uri,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const cwd = await savedStudy(uri);
  const file = path.basename(uri.fsPath);
  const printed = await followInNotification(
    kind === 'sweep'
      ? vscode.l10n.t('Planning the sweep “{0}”', file)
      : vscode.l10n.t('Planning the study “{0}”', file),
    (_report, signal) =>
      runCommandLine(`${kind} plan`, [uri.fsPath, '--json'], { ...commandLine, cwd, signal }),
  );
  const title = `${vscode.l10n.t('Plan of {0}', file)}.txt`;
  const plan = plans.put(uri, title, planText(kind, printed));
  await vscode.window.showTextDocument(plan, { viewColumn: vscode.ViewColumn.Beside });
}

/** Stops a study or sweep that a process of this machine runs; asks which one if there are several. */
export async function stopStudy(
  dependencies: StudyDependencies,
  chosen: StudySummary | null,
): Promise<void> {
  const study =
    chosen ??
    (await pickStudy(dependencies, {
      isOffered: ({ isRunning }) => isRunning,
      none: vscode.l10n.t('No study or sweep is running in this workspace.'),
      placeHolder: vscode.l10n.t('Select a study or sweep to stop'),
    }));
  if (study === null) return;
  const { commandLine, studyStore } = dependencies;
  const cwd = workspaceOf(study.folder);
  await runCommandLine(`${study.kind} stop`, [study.folder], { ...commandLine, cwd });
  studyStore.refreshSoon();
}

interface StudyChoice {
  readonly isOffered: (study: StudySummary) => boolean;
  /** Said if no study is offered. */
  readonly none: string;
  readonly placeHolder: string;
}

/** The only study that is offered, or the one that the person picks. */
async function pickStudy(
  { studyStore }: StudyDependencies,
  { isOffered, none, placeHolder }: StudyChoice,
): Promise<StudySummary | null> {
  await studyStore.refresh();
  const offered = [...studyStore.list().values()].filter(isOffered);
  const [only] = offered;
  if (only === undefined) void notify('info', none);
  if (offered.length < 2) return only ?? null;
  const items = offered.map((study) => ({
    label: withoutMarkup(study.name),
    description: path.basename(study.folder),
    study,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.study ?? null;
}

/** Workspace folder whose `.masklab/studies` holds a study. */
function workspaceOf(folder: string): string {
  return path.resolve(folder, '../../..');
}
