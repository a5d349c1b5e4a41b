import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { planShare } from './planQueries.js';
import type { PreviewController } from './previewController.js';
import { errorMarkdown, legendMarkdown, LINKED_COMMANDS } from './previewMarkdown.js';

/** Status bar item of a preview: mask rate, with the legend as its tooltip. */
export class PreviewStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.preview', vscode.StatusBarAlignment.Right, 101),
  );

  constructor(private readonly controller: PreviewController) {
    this.item.name = vscode.l10n.t('Masking preview');
    this.item.command = COMMANDS.previewActions;
    this.disposables.add(
      controller.onDidChange(() => {
        this.update();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.update();
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const preview = this.controller.of(vscode.window.activeTextEditor?.document);
    if (preview === undefined) {
      this.item.hide();
      return;
    }
    const { error, plan, policy } = preview;
    let text: string;
    let icon: string;
    if (error !== null) {
      text = vscode.l10n.t('Masking preview');
      icon = 'error';
      this.item.tooltip = markdownString(errorMarkdown(error), LINKED_COMMANDS);
      this.item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    } else {
      text =
        plan === null ? vscode.l10n.t('Masking…') : vscode.l10n.t('{0} masked', planShare(plan));
      icon = plan?.isComplete === false ? 'sync~spin' : 'eye';
      this.item.tooltip =
        plan === null
          ? undefined
          : markdownString(legendMarkdown(policy.label, plan), LINKED_COMMANDS);
      this.item.backgroundColor = undefined;
    }
    this.item.text = `$(${icon}) ${text}`;
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Masking preview: {0}. Show legend and actions.', text),
    };
    this.item.show();
  }
}
