import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore } from '../platform/disposables.js';
import { markdownString } from '../platform/markdownString.js';
import { AUDIT_COMMANDS, auditLegend, changedText, rowsText } from './auditMarkdown.js';
import type { AuditShadingController } from './auditShadingController.js';

/** Status bar item while an audit is shown in the active editor, with the legend as its tooltip. */
export class AuditShadingStatus implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item = this.disposables.add(
    vscode.window.createStatusBarItem('masklab.audit', vscode.StatusBarAlignment.Right, 89),
  );

  constructor(private readonly controller: AuditShadingController) {
    this.item.name = vscode.l10n.t('Audit in the file');
    this.item.command = COMMANDS.hideAudit;
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
    const { shown } = this.controller;
    if (shown === null || shown.document !== vscode.window.activeTextEditor?.document) {
      this.item.hide();
      return;
    }
    const rows = rowsText(shown);
    this.item.text = `$(symbol-color) ${rows}`;
    this.item.tooltip = markdownString(auditLegend(shown), AUDIT_COMMANDS);
    const parts = [rows, ...(shown.changed === 0 ? [] : [changedText(shown.changed)])];
    this.item.accessibilityInformation = {
      label: vscode.l10n.t('Audit in the file: {0}. Hide it.', parts.join('. ')),
      role: 'button',
    };
    this.item.show();
  }
}
