import * as vscode from 'vscode';
import { AppError } from '../../core/errors.js';
import {
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  describeValue,
  readOption,
  type RunOptions,
} from '../../core/runs/options.js';
import { trainingSettingOf } from './contributions.js';

/**
 * The training settings that the person has set; what is not set follows from the data. Throws
 * `UserInput` for a value that no run can use: the settings editor warns but lets it through.
 */
export function trainingOptions(scope: vscode.Uri): RunOptions {
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const options: Record<string, unknown> = {};
  for (const name of RUN_OPTION_NAMES) {
    if (!RUN_OPTIONS[name].isSetting) continue;
    const id = trainingSettingOf(name);
    const value = configuration.get<unknown>(id);
    if (value === null || value === undefined) continue;
    const read = readOption(name, value);
    if (read === null) {
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `The setting ${id} is ${JSON.stringify(value)}, which no run can use.`,
          remedy: `Set it to ${describeValue(name)}, or to null.`,
        },
      });
    }
    options[name] = read;
  }
  return options;
}
