import * as vscode from 'vscode';
import { formatParameter, parameterTitle } from '../../../core/experiments/differences.js';
import { variedParameters } from '../../../core/experiments/query/parameterBuckets.js';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { plural } from '../../platform/editorWords.js';
import type { RunStore } from '../runStore.js';
import { askFilter } from './askFilter.js';
import { whole } from './runTooltip.js';
import { ordersBy, usualOrders } from './treeOrders.js';
import type { TreeSettingsStore } from './treeSettings.js';

export interface TreeSettingsOptions {
  readonly settings: TreeSettingsStore;
  readonly runStore: Pick<RunStore, 'ready' | 'list'>;
  readonly registerCommand: RegisterCommand;
}

/** Registers the commands that filter, sort and group the rows of the view. */
export function registerTreeSettings({
  settings,
  runStore,
  registerCommand,
}: TreeSettingsOptions): Disposable {
  const disposables = new DisposableStore();
  disposables.add(
    registerCommand(COMMANDS.filterRuns, async () => {
      await runStore.ready();
      await askFilter(settings, () => runStore.list());
    }),
  );
  disposables.add(registerCommand(COMMANDS.clearFilter, () => settings.set({ filter: '' })));
  disposables.add(
    registerCommand(COMMANDS.sortRuns, async () => {
      await runStore.ready();
      await askOrder(settings, runStore);
    }),
  );
  disposables.add(
    registerCommand(COMMANDS.groupRuns, async () => {
      await runStore.ready();
      await askGrouping(settings, runStore);
    }),
  );
  return disposables;
}

async function askOrder(
  settings: TreeSettingsStore,
  runStore: Pick<RunStore, 'list'>,
): Promise<void> {
  const current = settings.get().sort;
  const item = ({ sort, title }: { sort: string; title: string }): Item<string> => ({
    label: title,
    description: sort === current ? vscode.l10n.t('current') : '',
    value: sort,
  });
  const byParameter = variedParameters(runStore.list())
    .flatMap(({ parameter }) => ordersBy(parameter))
    .map((order) => ({ ...item(order), detail: parameterOf(order.sort) }));
  const picked = await vscode.window.showQuickPick<Item<string> | Separator>(
    [
      ...usualOrders().map(item),
      ...(byParameter.length === 0 ? [] : [separator(vscode.l10n.t('Parameters'))]),
      ...byParameter,
    ],
    {
      title: vscode.l10n.t('Sort Runs'),
      placeHolder: vscode.l10n.t('Select an order'),
      matchOnDetail: true,
    },
  );
  if (picked !== undefined && 'value' in picked) await settings.set({ sort: picked.value });
}

async function askGrouping(
  settings: TreeSettingsStore,
  runStore: Pick<RunStore, 'list'>,
): Promise<void> {
  const current = settings.get().groupBy;
  const mark = (parameter: string | null): string =>
    parameter === current ? ` · ${vscode.l10n.t('current')}` : '';
  const picked = await vscode.window.showQuickPick<Item<string | null>>(
    [
      {
        label: vscode.l10n.t('No grouping'),
        description: mark(null).slice(3),
        value: null,
      },
      ...variedParameters(runStore.list()).map(({ parameter, values, examples }) => ({
        label: parameterTitle(parameter),
        description: `${plural(
          values,
          vscode.l10n.t('{0} value', whole(values)),
          vscode.l10n.t('{0} values', whole(values)),
        )}: ${examples.map(formatParameter).join(', ')}${mark(parameter)}`,
        detail: parameter,
        value: parameter,
      })),
    ],
    {
      title: vscode.l10n.t('Group Runs'),
      placeHolder: vscode.l10n.t('Select a parameter that differs among the runs'),
      matchOnDetail: true,
      matchOnDescription: true,
    },
  );
  if (picked !== undefined) await settings.set({ groupBy: picked.value });
}

interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

interface Separator extends vscode.QuickPickItem {
  readonly kind: vscode.QuickPickItemKind.Separator;
}

function separator(label: string): Separator {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function parameterOf(sort: string): string {
  return sort.replace(/^-/, '');
}
