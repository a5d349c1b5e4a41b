import * as vscode from 'vscode';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import type { AuditShadingController } from './auditShadingController.js';
import { auditShadingStatus } from './auditShadingStatus.js';

/** Context key for the palette entry that needs a shown audit. */
const IS_SHOWN = 'masklab.isAuditShown';

/** Audits in their files: the shades, the status bar item and the command that hides them. */
export function registerAudits({
  controller,
  registerCommand,
}: {
  readonly controller: AuditShadingController;
  readonly registerCommand: RegisterCommand;
}): Disposable {
  const disposables = new DisposableStore();
  disposables.add(auditShadingStatus(controller));
  disposables.add(
    controller.onDidChange(() => {
      void vscode.commands.executeCommand('setContext', IS_SHOWN, controller.shown !== null);
    }),
  );
  disposables.add(
    registerCommand(COMMANDS.hideAudit, () => {
      controller.show(null);
    }),
  );
  return disposables;
}
