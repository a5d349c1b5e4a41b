import * as vscode from 'vscode';
import type { RegisterCommand } from './commands.js';
import { notify } from './notify.js';

/**
 * True if training may run; otherwise explains why not. A run reads files and settings of the
 * workspace and writes to it, which Restricted Mode prevents.
 */
export function isTrustedForTraining(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Training is disabled in Restricted Mode. Trust this folder to train on it. Hovers work with the bundled model.',
    ),
  );
}

/** True if a model from the workspace may be loaded; otherwise explains why not. */
export function isTrustedForModels(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Hovers use only the bundled model in Restricted Mode. Trust this folder to load a model from it.',
    ),
  );
}

/** True if words may be predicted beyond hovers; otherwise explains why not. */
export function isTrustedForPredictions(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Only hovers predict words in Restricted Mode, with the bundled model. Trust this folder for everything else.',
    ),
  );
}

/** Registers commands that explain in Restricted Mode why they do nothing. */
export function whereTrusted(
  registerCommand: RegisterCommand,
  isTrustedFor: () => Promise<boolean>,
): RegisterCommand {
  return (id, run, options) =>
    registerCommand(
      id,
      async (...args) => {
        if (await isTrustedFor()) await run(...args);
      },
      options,
    );
}

/** True if a model may be served to other programs; otherwise explains why not. */
export function isTrustedForServing(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t('Models are not served in Restricted Mode. Trust this folder to serve one.'),
  );
}

/** True if a model may be audited, which reads data of the workspace; otherwise explains why not. */
export function isTrustedForAudits(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Models are not audited in Restricted Mode. Trust this folder to audit a model on its data.',
    ),
  );
}

/** True if files may be written to the workspace; otherwise explains why not. */
export function isTrustedForWriting(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Masking can only be previewed in Restricted Mode. Trust this folder to write policies and masked datasets to it.',
    ),
  );
}

/** True if runs of the workspace may be sent to a server; otherwise explains why not. */
export function isTrustedForSending(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'Runs are not sent anywhere in Restricted Mode. Trust this folder to export its runs to a server.',
    ),
  );
}

/** True if the model hub may be asked; otherwise explains why not. */
export function isTrustedForHub(): Promise<boolean> {
  return isTrusted(
    vscode.l10n.t(
      'The model hub is switched off in Restricted Mode. Trust this folder to search and download models.',
    ),
  );
}

async function isTrusted(explanation: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const pressed = await notify('warning', explanation, manage);
  if (pressed === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
