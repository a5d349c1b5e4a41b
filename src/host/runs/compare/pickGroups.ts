import * as vscode from 'vscode';
import { groupBy } from '../../../core/collections/groupBy.js';
import { groupNames } from '../../../core/experiments/groupNames.js';
import { groupRuns } from '../../../core/experiments/runGroups.js';
import { isReadable } from '../../../node/runs/compareRuns.js';
import { notify } from '../../platform/notify.js';
import { plural } from '../../platform/editorWords.js';
import type { RunStore } from '../runStore.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';

interface GroupItem extends vscode.QuickPickItem {
  readonly directories: readonly string[];
}

/**
 * Asks for groups of runs; those of the newest experiment are selected already. `null` if the person
 * dismisses the question or there is no run.
 */
export async function pickGroups(
  runStore: Pick<RunStore, 'ready' | 'list'>,
): Promise<string[] | null> {
  await runStore.ready();
  const runs = runStore.list().filter(isReadable);
  if (runs.length === 0) {
    void notify('info', vscode.l10n.t('This workspace has no run that this command applies to.'));
    return null;
  }
  const experiments = groupBy(runs, ({ facts }) => facts.experiment);
  const items = [...experiments].flatMap(([experiment, members], i): GroupItem[] => {
    const groups = groupRuns(members);
    const names = groupNames(groups);
    return [
      { label: experiment, kind: vscode.QuickPickItemKind.Separator, directories: [] },
      ...groups.map(({ runs: own }, at): GroupItem => {
        return {
          label: withoutMarkup(names[at] ?? own[0]!.name),
          description: plural(
            own.length,
            vscode.l10n.t('1 run'),
            vscode.l10n.t('{0} runs', own.length),
          ),
          detail: withoutMarkup(own.map((run) => run.name).join(', ')),
          picked: i === 0,
          directories: own.map(({ directory }) => directory),
        };
      }),
    ];
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Compare Runs'),
    placeHolder: vscode.l10n.t('Select the runs to compare'),
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  return picked.flatMap(({ directories }) => directories);
}
