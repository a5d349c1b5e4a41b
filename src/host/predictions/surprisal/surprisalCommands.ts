import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { plural } from '../../platform/editorWords.js';
import { notify } from '../../platform/notify.js';
import { BACK, pickOne } from '../../platform/question.js';
import type { SurprisalController } from './surprisalController.js';
import { COMMON_PERCENTILES, oneIn, PERCENTILE } from './surprisalScale.js';
import { readPercentile, writePercentile } from './surprisalSettings.js';

/** Switches shading on or off, and says so if no open file is one whose words are shaded. */
export async function toggleSurprisal(controller: SurprisalController): Promise<void> {
  await controller.turn(!controller.isOn);
  const isSeen = vscode.window.visibleTextEditors.some(({ document }) =>
    controller.isFor(document),
  );
  if (!controller.isOn || isSeen) return;
  void notify(
    'info',
    vscode.l10n.t(
      'Surprisal highlighting is on. Open a text or Markdown file to see its surprising words shaded.',
    ),
  );
}

interface ActionItem extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

/** Shows the actions of the shading, which its status bar item opens. */
export async function surprisalActions(controller: SurprisalController): Promise<void> {
  const scope = vscode.window.activeTextEditor?.document.uri;
  const items: ActionItem[] = [
    {
      label: `$(settings) ${vscode.l10n.t('Change Percentile…')}`,
      description: vscode.l10n.t('now percentile {0}', readPercentile(scope)),
      run: () => changePercentile(controller),
    },
    {
      label: `$(beaker) ${vscode.l10n.t('Select Another Model…')}`,
      run: () => vscode.commands.executeCommand(COMMANDS.selectHoverModel),
    },
    {
      label: `$(eye-closed) ${vscode.l10n.t('Turn Off')}`,
      run: () => controller.turn(false),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Surprisal Highlighting'),
    placeHolder: vscode.l10n.t('Select an action'),
  });
  await picked?.run();
}

interface PercentileItem extends vscode.QuickPickItem {
  readonly percentile: number;
}

/** Asks for the percentile while the editors show the effect of the focused answer. */
export async function changePercentile(controller: SurprisalController): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const scope = editor?.document.uri;
  const current = readPercentile(scope);
  await controller.turn(true);
  const items = [...new Set([...COMMON_PERCENTILES, current])]
    .sort((a, b) => a - b)
    .map((percentile) => itemOf(percentile, { controller, editor, current }));
  const picked = await pickOne({
    title: vscode.l10n.t('Surprisal Percentile'),
    placeHolder: vscode.l10n.t('Shade words from this percentile of excess surprisal on'),
    items,
    active: items.find(({ percentile }) => percentile === current),
    keepUpToDate: (pick) =>
      pick.onDidChangeActive(([item]) => {
        if (item !== undefined) controller.tryPercentile(item.percentile);
      }),
  });
  if (picked !== null && picked !== BACK && picked.percentile !== current) {
    await writePercentile(picked.percentile, scope);
  }
  controller.tryPercentile(null);
}

function itemOf(
  percentile: number,
  {
    controller,
    editor,
    current,
  }: {
    readonly controller: SurprisalController;
    readonly editor: vscode.TextEditor | undefined;
    readonly current: number;
  },
): PercentileItem {
  const count = editor === undefined ? 0 : controller.shadedInView(editor, percentile);
  const description = [
    ...(percentile === current ? [`$(check) ${vscode.l10n.t('in use')}`] : []),
    ...(percentile === PERCENTILE.default ? [vscode.l10n.t('default')] : []),
    vscode.l10n.t('1 in {0} words of ordinary text', oneIn(percentile)),
    ...(editor === undefined
      ? []
      : [
          plural(
            count,
            vscode.l10n.t('{0} word in view', count),
            vscode.l10n.t('{0} words in view', count),
          ),
        ]),
  ];
  return {
    label: vscode.l10n.t('Percentile {0}', percentile),
    description: description.join(' · '),
    percentile,
  };
}
