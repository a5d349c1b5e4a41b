import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import { documentStatus } from '../platform/documentStatus.js';
import { markdownString } from '../platform/markdownString.js';
import { AUDIT_COMMANDS, auditLegend, changedText, rowsText } from './auditMarkdown.js';
import type { AuditShadingController } from './auditShadingController.js';

/** Status bar item while an audit is shown in the active editor, with the legend as its tooltip. */
export function auditShadingStatus(
  controller: Pick<AuditShadingController, 'shown' | 'onDidChange'>,
): Disposable {
  return documentStatus({
    ...{ id: 'masklab.audit', priority: 89, name: vscode.l10n.t('Audit in the file') },
    onDidChange: controller.onDidChange,
    statusOf: (document) => {
      const { shown } = controller;
      if (shown === null || shown.document !== document) return null;
      const rows = rowsText(shown);
      const parts = [rows, ...(shown.changed === 0 ? [] : [changedText(shown.changed)])];
      return {
        text: `$(symbol-color) ${rows}`,
        tooltip: markdownString(auditLegend(shown), AUDIT_COMMANDS),
        command: COMMANDS.hideAudit,
        accessibleLabel: vscode.l10n.t('Audit in the file: {0}. Hide it.', parts.join('. ')),
      };
    },
  });
}
