import * as vscode from 'vscode';
import { RUN_COLORS, type RunColor } from '../../../core/runs/annotations.js';
import { GROUP_COLORS } from '../tree/themeColors.js';

/** Asks for a color: `null` for the automatic one, `undefined` if the person dismisses the list. */
export async function pickColor(current: RunColor | null): Promise<RunColor | null | undefined> {
  const names: Readonly<Record<RunColor, string>> = {
    red: vscode.l10n.t('Red'),
    orange: vscode.l10n.t('Orange'),
    yellow: vscode.l10n.t('Yellow'),
    green: vscode.l10n.t('Green'),
    blue: vscode.l10n.t('Blue'),
    purple: vscode.l10n.t('Purple'),
  };
  const mark = (color: RunColor | null): string =>
    color === current ? vscode.l10n.t('current') : '';
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Automatic'),
        description: mark(null),
        detail: vscode.l10n.t('A color that differs from those of other settings'),
        color: null,
      },
      ...RUN_COLORS.map((color) => ({
        label: names[color],
        description: mark(color),
        iconPath: new vscode.ThemeIcon('circle-filled', GROUP_COLORS[color]),
        color,
      })),
    ],
    {
      title: vscode.l10n.t('Set Color'),
      placeHolder: vscode.l10n.t('Select a color. Runs that differ only in their seed share it.'),
    },
  );
  return picked?.color;
}
