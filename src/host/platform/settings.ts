import * as vscode from 'vscode';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { readSetting } from '../../core/runs/optionSettings.js';
import {
  describeValue,
  flagOf,
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  type RunOptionName,
  type RunOptions,
} from '../../core/runs/options.js';
import { trainingSettingOf, type Settings } from './contributions.js';

/**
 * Training options that the person has set; the defaults of all others follow from the data. Throws
 * `UserInput` for a value that no run accepts: the settings editor warns but lets it through.
 */
export function trainingOptions(
  scope: vscode.Uri,
  names: readonly RunOptionName[] = RUN_OPTION_NAMES,
): RunOptions {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const options: Record<string, unknown> = {};
  for (const name of names) {
    if (!RUN_OPTIONS[name].isSetting) continue;
    const id = trainingSettingOf(name);
    if (!isSet(configuration, id)) continue;
    const value = configuration.get<unknown>(id);
    const read = readSetting(name, value);
    if (read === undefined) continue;
    if (read === null) {
      throw inputError(
        problem('runs.optionOutOfRange', {
          option: name,
          flag: flagOf(name),
          value: JSON.stringify(value),
          expected: describeValue(name),
        }),
      );
    }
    options[name] = read;
  }
  return options;
}

/** Options that the person has set for how files are read, whatever is then done with them. */
export function fileOptions(scope: vscode.Uri): RunOptions {
  return trainingOptions(scope, ['encoding', 'noHeader', 'backslashEscapes']);
}

/** Whether the person has set it; the value of an unset setting is the usual default, not a choice. */
function isSet(configuration: vscode.WorkspaceConfiguration, id: string): boolean {
  const inspected = configuration.inspect(id);
  return [inspected?.globalValue, inspected?.workspaceValue, inspected?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
}

/**
 * The level of settings whose value a setting has, with that value: levels do not add up. The user's
 * where none is set. Values of a folder count only if the configuration is that of a folder.
 */
export function determiningLevel(
  configuration: vscode.WorkspaceConfiguration,
  key: string,
): { readonly target: vscode.ConfigurationTarget; readonly value: unknown } {
  const { globalValue, workspaceValue, workspaceFolderValue } =
    configuration.inspect<unknown>(key) ?? {};
  const { WorkspaceFolder, Workspace, Global } = vscode.ConfigurationTarget;
  if (workspaceFolderValue !== undefined) {
    return { target: WorkspaceFolder, value: workspaceFolderValue };
  }
  return workspaceValue === undefined
    ? { target: Global, value: globalValue }
    : { target: Workspace, value: workspaceValue };
}

/** Whether cells of written CSV files that spreadsheets would run as formulas get an apostrophe. */
export function writesSafeCsv(scope: vscode.Uri): boolean {
  const id = 'masklab.safeCsv' satisfies keyof Settings;
  return vscode.workspace.getConfiguration(undefined, scope).get<unknown>(id) === true;
}

export const FOLLOWED_FOLDERS = 'masklab.imports.followedFolders' satisfies keyof Settings;
const MOST_FOLLOWED = 20;

/** Folders of runs of other tools that are shown live, relative to the workspace folder or absolute. */
export function followedFolders(scope: vscode.Uri): string[] {
  const value: unknown = vscode.workspace.getConfiguration(undefined, scope).get(FOLLOWED_FOLDERS);
  return Array.isArray(value)
    ? value
        .filter((one): one is string => typeof one === 'string' && one.trim() !== '')
        .slice(0, MOST_FOLLOWED)
    : [];
}
