import * as vscode from 'vscode';
import { documentFormatOf } from '../../../core/data/documentRows.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { RowLabelController } from './rowLabelController.js';

/** Status bar item while the rows of the active table are classified; it switches that off. */
export class RowLabelStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.rowLabels', vscode.StatusBarAlignment.Right, 88),
  );

  constructor(private readonly controller: Pick<RowLabelController, 'classifier' | 'onDidChange'>) {
    this.item.name = vscode.l10n.t('Predictions for rows');
    this.item.command = COMMANDS.classifyRows;
    const update = (): void => {
      this.update();
    };
    this.disposables.add(controller.onDidChange(update));
    this.disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const { classifier } = this.controller;
    const document = vscode.window.activeTextEditor?.document;
    if (classifier === null || documentFormatOf(document?.uri.path ?? '') === null) {
      this.item.hide();
      return;
    }
    const name = withoutMarkup(classifier.run.name);
    this.item.text = `$(tag) ${name}`;
    this.item.tooltip = vscode.l10n.t('Rows are classified by “{0}”. Click to turn off.', name);
    this.item.show();
  }
}
