import * as vscode from 'vscode';
import { STUDY_FILE_EXTENSION } from '../../core/experiments/study/studyFile.js';
import { SWEEP_FILE_EXTENSION } from '../../core/experiments/sweep/sweepFile.js';
import { RUN_FILE_EXTENSION } from '../../core/specs/runFile.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { DocumentDiagnostics } from '../platform/documentDiagnostics.js';
import { ReadOnlyDocuments } from '../platform/readOnlyDocuments.js';
import { pickRun } from '../runs/pickRun.js';
import type { StudySummary } from '../runs/studyStore.js';
import { TreeNode } from '../runs/tree/treeProvider.js';
import { compareRunFile, RUN_FILE_SCHEME, runFileContent } from './compareRunFile.js';
import { runFileLensProvider } from './runFileLens.js';
import { isRunFile, isStudyFile, isSweepFile, problemsOf } from './runFileText.js';
import { estimateRunFile, startRunFile, type RunFileDependencies } from './startRunFile.js';
import {
  planStudy,
  resumeStudy,
  runStudy,
  stopStudy,
  type StudyDependencies,
} from './studyProcess.js';

export interface RunFilesOptions extends RunFileDependencies, StudyDependencies {
  readonly registerCommand: RegisterCommand;
  readonly log: vscode.LogOutputChannel;
}

/** Registers what the editor does with run files, study files and sweep files. */
export function registerRunFiles(options: RunFilesOptions): Disposable {
  const { registerCommand, runStore, log } = options;
  const disposables = new DisposableStore();
  const plans = disposables.add(new ReadOnlyDocuments('masklab-plan'));
  const { languages, workspace } = vscode;
  disposables.add(
    new DocumentDiagnostics({
      ...{ name: 'masklab-run-files', problemsOf, log },
      isChecked: isOurs,
    }),
  );
  for (const extension of [RUN_FILE_EXTENSION, STUDY_FILE_EXTENSION, SWEEP_FILE_EXTENSION]) {
    for (const scheme of ['file', 'untitled']) {
      const selector = { scheme, pattern: `**/*${extension}` };
      disposables.add(languages.registerCodeLensProvider(selector, runFileLensProvider));
    }
  }
  disposables.add(workspace.registerTextDocumentContentProvider(RUN_FILE_SCHEME, runFileContent));
  const register = (id: CommandId, run: (uri: vscode.Uri) => Promise<void>): void => {
    disposables.add(
      registerCommand(id, async (target) => {
        const uri = target instanceof vscode.Uri ? target : activeFile();
        if (uri !== undefined && isOurs(uri)) await run(uri);
      }),
    );
  };
  register(COMMANDS.runFile, (uri) => startRunFile(options, uri));
  register(COMMANDS.estimateRunFile, (uri) => estimateRunFile(options, uri));
  register(COMMANDS.compareRunFile, async (uri) => {
    const run = await pickRun(runStore, {
      placeHolder: vscode.l10n.t('Select a run to compare with'),
      isOffered: ({ facts }) => facts !== null,
    });
    if (run !== null) await compareRunFile(uri, run);
  });
  register(COMMANDS.runStudy, (uri) => runStudy(options, 'study', uri));
  register(COMMANDS.planStudy, (uri) => planStudy({ ...options, plans }, 'study', uri));
  register(COMMANDS.runSweep, (uri) => runStudy(options, 'sweep', uri));
  register(COMMANDS.planSweep, (uri) => planStudy({ ...options, plans }, 'sweep', uri));
  const registerForStudy = (
    id: CommandId,
    run: (study: StudySummary | null) => Promise<void>,
  ): void => {
    const studyOf = (target: unknown): StudySummary | null =>
      target instanceof TreeNode ? target.row.study : null;
    disposables.add(registerCommand(id, (target) => run(studyOf(target))));
  };
  registerForStudy(COMMANDS.stopStudy, (study) => stopStudy(options, study));
  registerForStudy(COMMANDS.resumeStudy, (study) => resumeStudy(options, study));
  return disposables;
}

function isOurs(uri: vscode.Uri): boolean {
  return isRunFile(uri) || isStudyFile(uri) || isSweepFile(uri);
}

function activeFile(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri;
}
