import * as vscode from 'vscode';
import { groupThousands } from '../../../core/format.js';
import { COMMANDS } from '../../platform/contributions.js';
import { EDITOR_WORDS, plural } from '../../platform/editorWords.js';
import { notify } from '../../platform/notify.js';
import { BACK, pickOne } from '../../platform/question.js';
import type { SurprisalController } from './surprisalController.js';
import { shadedCount } from './surprisalMarkdown.js';
import { COMMON_THRESHOLDS, oddsOf, THRESHOLD } from './surprisalScale.js';
import { readThreshold, writeThreshold } from './surprisalSettings.js';

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
      'Surprisal highlighting is on. Open a text or Markdown file to see its unlikely words shaded.',
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
      label: `$(settings) ${vscode.l10n.t('Change Threshold…')}`,
      description: vscode.l10n.t('now {0} bits', readThreshold(scope)),
      run: () => changeThreshold(controller),
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

interface ThresholdItem extends vscode.QuickPickItem {
  readonly threshold: number;
}

/** Asks for the threshold while the editors show the effect of the focused answer. */
export async function changeThreshold(controller: SurprisalController): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const scope = editor?.document.uri;
  const current = readThreshold(scope);
  await controller.turn(true);
  const items = [...new Set([...COMMON_THRESHOLDS, current])]
    .sort((a, b) => a - b)
    .map((threshold) => itemOf(threshold, { controller, editor, current }));
  const picked = await pickOne({
    title: vscode.l10n.t('Surprisal Threshold'),
    placeHolder: vscode.l10n.t('Shade words with at least this surprisal'),
    items,
    active: items.find(({ threshold }) => threshold === current),
    keepUpToDate: (pick) =>
      pick.onDidChangeActive(([item]) => {
        if (item !== undefined) controller.tryThreshold(item.threshold);
      }),
  });
  if (picked !== null && picked !== BACK && picked.threshold !== current) {
    await writeThreshold(picked.threshold, scope);
  }
  controller.tryThreshold(null);
}

function itemOf(
  threshold: number,
  {
    controller,
    editor,
    current,
  }: {
    readonly controller: SurprisalController;
    readonly editor: vscode.TextEditor | undefined;
    readonly current: number;
  },
): ThresholdItem {
  const odds = groupThousands(oddsOf(threshold), EDITOR_WORDS.locale);
  const count = editor === undefined ? 0 : shadedCount(controller.shadingOf(editor), threshold);
  const description = [
    ...(threshold === current ? [`$(check) ${vscode.l10n.t('in use')}`] : []),
    ...(threshold === THRESHOLD.default ? [vscode.l10n.t('default')] : []),
    vscode.l10n.t('less probable than 1 in {0}', odds),
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
    label: vscode.l10n.t('{0} bits', threshold),
    description: description.join(' · '),
    threshold,
  };
}
