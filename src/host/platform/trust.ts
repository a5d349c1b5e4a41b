import * as vscode from 'vscode';

/**
 * True where training may run. Otherwise explains why not: a run reads the workspace's files and
 * settings, and writes to it, which Restricted Mode keeps from happening by accident.
 */
export function isTrustedForTraining(): Promise<boolean> {
  return isTrusted(
    'Masklab does not train in Restricted Mode. Hovers with the bundled model work here; to train on this folder, trust it first.',
  );
}

/** True where a model out of the workspace may be loaded; otherwise explains why not. */
export function isTrustedForModels(): Promise<boolean> {
  return isTrusted(
    'In Restricted Mode hovers use the bundled model alone. To load a model from this folder, trust it first.',
  );
}

/** True where files of the workspace may be written; otherwise explains why not. */
export function isTrustedForWriting(): Promise<boolean> {
  return isTrusted(
    'In Restricted Mode masking can be previewed. To write policies and masked datasets into this folder, trust it first.',
  );
}

async function isTrusted(explanation: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const pressed = await vscode.window.showWarningMessage(explanation, manage);
  if (pressed === manage) await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
