import { message, verbatim, type Message } from '../messages/message.js';
import { DATA_OPTIONS } from './options/dataOptions.js';
import { DEBIAS_OPTIONS } from './options/debiasOptions.js';
import { METHOD_OPTIONS } from './options/methodOptions.js';
import { OPTIMIZER_OPTIONS } from './options/optimizerOptions.js';
import { RESULT_OPTIONS } from './options/resultOptions.js';
import type { NumberOption, RunOption } from './options/runOption.js';
import { TRAINING_LOOP_OPTIONS } from './options/trainingLoopOptions.js';

/**
 * Every option of a run, defined once: the flags and help of the command line, the settings of the
 * editor, the limits of `run.json` and the documentation all come from this table.
 */
export const RUN_OPTIONS = {
  ...DATA_OPTIONS,
  ...METHOD_OPTIONS,
  ...TRAINING_LOOP_OPTIONS,
  ...OPTIMIZER_OPTIONS,
  ...RESULT_OPTIONS,
  ...DEBIAS_OPTIONS,
} as const satisfies Record<string, RunOption>;

export type RunOptionName = keyof typeof RUN_OPTIONS;
export const RUN_OPTION_NAMES = Object.keys(RUN_OPTIONS) as RunOptionName[];

type ValueOf<O extends RunOption> = O extends { type: 'number' }
  ? number | (O extends { words: readonly (infer W)[] } ? W : never)
  : O extends { type: 'choice'; choices: readonly (infer C)[] }
    ? C
    : O extends { type: 'switch' }
      ? boolean
      : O extends { type: 'list' }
        ? readonly string[]
        : string;

/** Options that a person has set; everything else follows from data and model. */
export type RunOptions = {
  readonly [K in RunOptionName]?: ValueOf<(typeof RUN_OPTIONS)[K]>;
};

/** `--evaluate-every` for `evaluateEverySteps`. */
export function flagOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  return option.flag ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `Batch size` for `batchSize`, in English. */
export function labelOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  if (option.label !== undefined) return option.label;
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Name of a choice of an option, in English: `All weights` for the method `full`. */
export function choiceLabelOf(name: RunOptionName, choice: string): string {
  const option: RunOption = RUN_OPTIONS[name];
  return (option.type === 'choice' ? option.choiceLabels?.[choice] : undefined) ?? choice;
}

/** Description of the values an option accepts, such as `a whole number from 1 to 4096`. */
export function describeValue(name: RunOptionName): Message {
  const option: RunOption = RUN_OPTIONS[name];
  switch (option.type) {
    case 'number':
      return (option.words ?? []).reduce(
        (value, word) => message('options.orWord', { value, word }),
        describeNumber(option),
      );
    case 'choice':
      return message('options.oneOf', { choices: option.choices.join(', ') });
    case 'switch':
      return message('options.trueOrFalse');
    case 'list':
      return option.choices === undefined
        ? message('options.names')
        : message('options.listOf', { choices: option.choices.join(', ') });
    case 'text':
      return option.pattern === undefined ? message('options.text') : verbatim(option.shape);
  }
}

function describeNumber({ isWhole, least, above = 0, most }: NumberOption): Message {
  // As text, since grouped digits are neither a flag's nor a setting's value.
  const limit = String(most);
  return least === undefined
    ? message(isWhole ? 'options.wholeAbove' : 'options.numberAbove', {
        above: String(above),
        most: limit,
      })
    : message(isWhole ? 'options.wholeFrom' : 'options.numberFrom', {
        least: String(least),
        most: limit,
      });
}

/**
 * Reads an option from the text of a flag or the value of a setting. Returns `null` for a value that
 * no run accepts.
 */
export function readOption<K extends RunOptionName>(name: K, value: unknown): RunOptions[K] | null {
  return parse(RUN_OPTIONS[name], value) as RunOptions[K] | null;
}

function parse(option: RunOption, value: unknown): unknown {
  switch (option.type) {
    case 'number': {
      if (typeof value === 'string' && option.words?.includes(value) === true) return value;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && isWithin(option, number) ? number : null;
    }
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value) ? value : null;
    case 'switch':
      return typeof value === 'boolean' ? value : null;
    case 'list': {
      const parts = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(parts)) return null;
      const words = parts.map((part: unknown) => (typeof part === 'string' ? part.trim() : ''));
      const isKnown = (word: string): boolean => option.choices?.includes(word) ?? word !== '';
      return words.length > 0 && words.every(isKnown) ? words : null;
    }
    case 'text':
      return typeof value === 'string' && (option.pattern?.test(value) ?? true) ? value : null;
  }
}

function isWithin({ isWhole, least, above, most }: NumberOption, number: number): boolean {
  return (
    Number.isFinite(number) &&
    (!isWhole || Number.isInteger(number)) &&
    (least === undefined || number >= least) &&
    (above === undefined || number > above) &&
    number <= most
  );
}
