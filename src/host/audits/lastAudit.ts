import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditReport } from '../../core/audit/auditReport.js';
import { readRunAudit } from '../../node/runs/runAudit.js';
import { readRunWorkspace, type RunWorkspace } from '../../node/runs/runWorkspace.js';
import { COMMANDS } from '../platform/contributions.js';
import { notify } from '../platform/notify.js';
import type { RunStore } from '../runs/runStore.js';

export interface LastAudit extends RunWorkspace {
  readonly name: string;
  readonly report: AuditReport;
}

/** The last audit of a run. Offers an audit and returns `null` if the run has none. */
export async function lastAuditOf(
  directory: string,
  runStore: Pick<RunStore, 'get'>,
): Promise<LastAudit | null> {
  const name = runStore.get(directory)?.name ?? path.basename(directory);
  const report = await readRunAudit(directory);
  if (report !== null) return { name, report, ...(await readRunWorkspace(directory)) };
  const audit = vscode.l10n.t('Audit Model…');
  const text = vscode.l10n.t('The model of “{0}” was not audited yet.', name);
  if ((await notify('info', text, audit)) === audit) {
    await vscode.commands.executeCommand(COMMANDS.auditRun, directory);
  }
  return null;
}
