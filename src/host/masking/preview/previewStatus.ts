import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { markdownString } from '../../platform/markdownString.js';
import { planShare } from './planQueries.js';
import type { PreviewController } from './previewController.js';
import { errorMarkdown, legendMarkdown, LINKED_COMMANDS } from './previewMarkdown.js';

/** The status bar's entry beside a preview: the share that is masked; pointing at it, the legend. */
export class PreviewStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.preview', vscode.StatusBarAlignment.Right, 101),
  );

  constructor(private readonly controller: PreviewController) {
    this.item.name = 'Masking preview';
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
    if (error !== null) {
      this.item.text = '$(error) Masking preview';
      this.item.tooltip = markdownString(errorMarkdown(error), LINKED_COMMANDS);
      this.item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    } else {
      this.item.text =
        plan === null
          ? '$(eye) Masking…'
          : `$(${plan.isComplete ? 'eye' : 'sync~spin'}) ${planShare(plan)} masked`;
      this.item.tooltip =
        plan === null
          ? undefined
          : markdownString(legendMarkdown(policy.label, plan), LINKED_COMMANDS);
      this.item.backgroundColor = undefined;
    }
    this.item.accessibilityInformation = {
      label: `Masking preview: ${this.item.text.replace(/\$\([\w~]+\) /, '')}. Legend and actions`,
    };
    this.item.show();
  }
}
