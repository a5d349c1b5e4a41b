import { readOption, RUN_OPTIONS, type RunOptionName, type RunOptions } from './options.js';
import type { NumberOption, RunOption } from './options/runOption.js';

/** Choice of a setting that turns an option off which the command line would not name. */
export const OFF = 'off';
/** Value of a setting whose number is chosen automatically and could be zero. */
export const AUTO = 'auto';

/** Whether the default depends on data, model or other options, and zero is a valid value. */
export function isTextForNumber({ least, preset }: NumberOption): boolean {
  return preset === undefined && least === 0;
}

/**
 * Default value of the option's setting. It stands for the default of the run, which follows from
 * data and model if the option has no preset: `0` or `auto`, `off`, an empty text, an empty list.
 */
export function settingDefaultOf(name: RunOptionName): boolean | number | string | readonly [] {
  const option: RunOption = RUN_OPTIONS[name];
  switch (option.type) {
    case 'number':
      return option.preset ?? (isTextForNumber(option) ? AUTO : 0);
    case 'choice':
      return option.preset ?? OFF;
    case 'switch':
      return false;
    case 'list':
      return [];
    case 'text':
      return '';
  }
}

/**
 * Reads the value of a setting that a person has set: `undefined` if it selects the default (`null`
 * did before settings had plain types), `null` if no run accepts it.
 */
export function readSetting<K extends RunOptionName>(
  name: K,
  value: unknown,
): RunOptions[K] | null | undefined {
  if (value === null || value === undefined || isForDefault(RUN_OPTIONS[name], value)) {
    return undefined;
  }
  const option: RunOption = RUN_OPTIONS[name];
  const [word] = option.type === 'number' ? (option.words ?? []) : [];
  return readOption(name, value === 0 && word !== undefined ? word : value);
}

/** Whether a value selects the default whatever that is; a preset can also be set on purpose. */
function isForDefault(option: RunOption, value: unknown): boolean {
  switch (option.type) {
    case 'number':
      return option.preset === undefined && value === (isTextForNumber(option) ? AUTO : 0);
    case 'choice':
      return option.preset === undefined && value === OFF;
    case 'switch':
      return value === false;
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'text':
      return value === '';
  }
}
