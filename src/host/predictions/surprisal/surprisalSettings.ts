import * as vscode from 'vscode';
import { THRESHOLD } from './surprisalScale.js';

const SECTION = 'masklab.surprisal';
const KEY = 'threshold';

/** Reads `masklab.surprisal.threshold` for a document. An invalid value falls back to the default. */
export function readThreshold(scope: vscode.Uri | undefined): number {
  const value = vscode.workspace.getConfiguration(SECTION, scope).get<unknown>(KEY);
  const isValid =
    typeof value === 'number' && value >= THRESHOLD.minimum && value <= THRESHOLD.maximum;
  return isValid ? value : THRESHOLD.default;
}

/** Writes the threshold to the level of settings that determines it, otherwise to the user's. */
export async function writeThreshold(
  threshold: number,
  scope: vscode.Uri | undefined,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  const { workspaceFolderValue, workspaceValue } = configuration.inspect(KEY) ?? {};
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  const outer = workspaceValue === undefined ? Global : Workspace;
  const target = workspaceFolderValue === undefined ? outer : WorkspaceFolder;
  await configuration.update(KEY, threshold, target);
}
