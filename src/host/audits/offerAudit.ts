import * as vscode from 'vscode';
import { COMMANDS } from '../platform/contributions.js';
import { notify } from '../platform/notify.js';

/** Says that a run has no audit, and offers one. */
export async function offerAudit(name: string, directory: string): Promise<void> {
  const audit = vscode.l10n.t('Audit Model…');
  const text = vscode.l10n.t('The model of “{0}” was not audited yet.', name);
  if ((await notify('info', text, audit)) !== audit) return;
  await vscode.commands.executeCommand(COMMANDS.auditRun, directory);
}
