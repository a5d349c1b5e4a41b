import * as vscode from 'vscode';
import path from 'node:path';
import { VIEWS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { plural } from '../../platform/editorWords.js';
import { isLive } from '../../../core/runs/status.js';
import type { RunStore } from '../runStore.js';
import { ExperimentsTreeProvider } from './treeProvider.js';

export interface ExperimentsOptions {
  readonly runStore: RunStore;
  readonly modelSelection: {
    modelFolders(): readonly string[];
    readonly onDidChange: vscode.Event<unknown>;
  };
}

/** Shows the runs in the Experiments view, with a badge for those that are active. */
export function registerExperiments({ runStore, modelSelection }: ExperimentsOptions): Disposable {
  const disposables = new DisposableStore();
  const provider = disposables.add(
    new ExperimentsTreeProvider(
      () => ({
        runs: runStore.list(),
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
  disposables.add(runStore.onDidChange(update));
  disposables.add(modelSelection.onDidChange(update));
  return disposables;
}
