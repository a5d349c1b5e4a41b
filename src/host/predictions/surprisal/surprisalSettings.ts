import * as vscode from 'vscode';
import { determiningLevel } from '../../platform/settings.js';
import { PERCENTILE } from './surprisalScale.js';

const SECTION = 'masklab.surprisal';
const KEY = 'percentile';

/** Reads `masklab.surprisal.percentile` for a document. An invalid value falls back to the default. */
export function readPercentile(scope: vscode.Uri | undefined): number {
  const value = vscode.workspace.getConfiguration(SECTION, scope).get<unknown>(KEY);
  const isValid =
    typeof value === 'number' && value >= PERCENTILE.minimum && value <= PERCENTILE.maximum;
  return isValid ? value : PERCENTILE.default;
}

/** Writes the percentile to the level of settings that determines it, otherwise to the user's. */
export async function writePercentile(
  percentile: number,
  scope: vscode.Uri | undefined,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  await configuration.update(KEY, percentile, determiningLevel(configuration, KEY).target);
}
