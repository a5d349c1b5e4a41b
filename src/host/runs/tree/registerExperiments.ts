import * as vscode from 'vscode';
import path from 'node:path';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS, VIEWS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { plural } from '../../platform/editorWords.js';
import { isLive } from '../../../core/runs/status.js';
import type { RunStore } from '../runStore.js';
import type { StudyStore } from '../studyStore.js';
import { ExperimentsTreeProvider, TreeNode } from './treeProvider.js';

export interface ExperimentsOptions {
  readonly runStore: RunStore;
  readonly studyStore: Pick<StudyStore, 'list' | 'onDidChange' | 'refreshSoon'>;
  readonly registerCommand: RegisterCommand;
  readonly modelSelection: {
    modelFolders(): readonly string[];
    readonly onDidChange: vscode.Event<unknown>;
  };
}

/** Shows the runs in the Experiments view, with a badge for those that are active. */
export function registerExperiments({
  runStore,
  studyStore,
  modelSelection,
  registerCommand,
}: ExperimentsOptions): Disposable {
  const disposables = new DisposableStore();
  const provider = disposables.add(
    new ExperimentsTreeProvider(
      () => ({
        runs: runStore.list(),
        studies: studyStore.list(),
        usedForHovers: modelSelection.modelFolders().map((folder) => path.dirname(folder)),
      }),
      () => runStore.ready(),
    ),
  );
  const view = disposables.add(
    vscode.window.createTreeView(VIEWS.experiments, { treeDataProvider: provider }),
  );
  const update = (): void => {
    provider.scheduleUpdate();
    const active = runStore.list().filter((run) => isLive(run.status)).length;
    view.badge =
      active === 0
        ? undefined
        : {
            value: active,
            tooltip: plural(
              active,
              vscode.l10n.t('1 active run'),
              vscode.l10n.t('{0} active runs', active),
            ),
          };
  };
  disposables.add(
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) provider.redraw();
    }),
  );
  disposables.add(
    registerCommand(COMMANDS.openStudyReport, async (target) => {
      const report = target instanceof TreeNode ? (target.row.study?.report ?? null) : null;
      if (report !== null)
        await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(report));
    }),
  );
  disposables.add(studyStore.onDidChange(update));
  disposables.add(
    runStore.onDidChange(({ run }) => {
      // Watchers miss files of a folder that was just created.
      if (run?.facts?.study != null) studyStore.refreshSoon();
      update();
    }),
  );
  disposables.add(modelSelection.onDidChange(update));
  return disposables;
}
