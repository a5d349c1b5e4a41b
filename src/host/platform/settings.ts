import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import { readSetting } from '../../core/runs/optionSettings.js';
import {
  describeValue,
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  type RunOptions,
} from '../../core/runs/options.js';
import { trainingSettingOf } from './contributions.js';

/**
 * Training options that the person has set; the defaults of all others follow from the data. Throws
 * `UserInput` for a value that no run accepts: the settings editor warns but lets it through.
 */
export function trainingOptions(scope: vscode.Uri): RunOptions {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const options: Record<string, unknown> = {};
  for (const name of RUN_OPTION_NAMES) {
    if (!RUN_OPTIONS[name].isSetting) continue;
    const id = trainingSettingOf(name);
    if (!isSet(configuration, id)) continue;
    const value = configuration.get<unknown>(id);
    const read = readSetting(name, value);
    if (read === undefined) continue;
    if (read === null) {
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `The setting ${id} is ${JSON.stringify(value)}, which no run accepts.`,
          remedy: `Set it to ${describeValue(name)}, or reset it to use the default.`,
        },
      });
    }
    options[name] = read;
  }
  return options;
}

/** Whether a person has set it. What a setting shows otherwise is the usual default, not a choice. */
function isSet(configuration: vscode.WorkspaceConfiguration, id: string): boolean {
  const inspected = configuration.inspect(id);
  return [inspected?.globalValue, inspected?.workspaceValue, inspected?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
}
