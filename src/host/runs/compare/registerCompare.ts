import * as vscode from 'vscode';
import { DEFAULT_VIEW } from '../../../core/experiments/compare/compareView.js';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { listComparisons } from '../../../node/runs/comparisonFiles.js';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { plural } from '../../platform/editorWords.js';
import { notify } from '../../platform/notify.js';
import { workspaceFoldersOnDisk } from '../../platform/workspace.js';
import { targetsOf, type RunSources } from '../runTargets.js';
import { ComparePanels, type ComparePanelsOptions } from './comparePanels.js';
import { pickGroups } from './pickGroups.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';

export interface CompareOptions extends ComparePanelsOptions {
  readonly registerCommand: RegisterCommand;
  readonly sources: RunSources;
}

/**
 * Registers the comparison of runs: rows selected in the tree, each of which stands for all its runs,
 * or groups that the person picks.
 */
export function registerCompare(options: CompareOptions): Disposable {
  const { runStore, registerCommand, sources } = options;
  const disposables = new DisposableStore();
  const panels = disposables.add(new ComparePanels(options));
  disposables.add(
    registerCommand(COMMANDS.compareRuns, async (...args) => {
      const given = (targetsOf(args, sources) ?? []).filter(
        (directory) => runStore.get(directory)?.facts != null,
      );
      const directories = given.length > 0 ? given : await pickGroups(runStore);
      if (directories === null) return;
      panels.open({ version: 1, name: '', directories, view: DEFAULT_VIEW });
    }),
  );
  disposables.add(registerCommand(COMMANDS.openComparison, () => openSaved(options, panels)));
  return disposables;
}

/** Asks for a saved comparison and opens it. Throws `UserInput` if all its runs are gone. */
async function openSaved({ runStore }: CompareOptions, panels: ComparePanels): Promise<void> {
  await runStore.ready();
  const folders = workspaceFoldersOnDisk();
  const lists = await Promise.all(folders.map(({ uri }) => listComparisons(uri.fsPath)));
  const saved = lists.flat();
  if (saved.length === 0) {
    void notify(
      'info',
      vscode.l10n.t('No comparison has been saved in this workspace. Save one in its panel.'),
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(
    saved.map((comparison) => ({
      label: withoutMarkup(comparison.name),
      description: plural(
        comparison.runs.length,
        vscode.l10n.t('1 run'),
        vscode.l10n.t('{0} runs', comparison.runs.length),
      ),
      comparison,
    })),
    { placeHolder: vscode.l10n.t('Select a saved comparison') },
  );
  if (picked === undefined) return;
  const { name, runs, view } = picked.comparison;
  const wanted = new Set(runs);
  const directories = runStore
    .list()
    .filter(({ id }) => wanted.has(id))
    .map(({ directory }) => directory);
  if (directories.length === 0) throw inputError(problem('compare.runsGone', { name }));
  panels.open({ version: 1, name, directories, view });
}
