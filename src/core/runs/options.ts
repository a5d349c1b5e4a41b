import { DATA_OPTIONS } from './options/dataOptions.js';
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

/** Description of the values an option accepts, such as `a whole number from 1 to 4096`. */
export function describeValue(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  switch (option.type) {
    case 'number': {
      const kind = option.isWhole ? 'a whole number' : 'a number';
      const from =
        option.least === undefined ? `above ${option.above ?? 0}` : `from ${option.least}`;
      const words = (option.words ?? []).map((word) => `, or ${word}`).join('');
      return option.least === undefined
        ? `${kind} ${from} and at most ${option.most}${words}`
        : `${kind} ${from} to ${option.most}${words}`;
    }
    case 'choice':
      return `one of ${option.choices.join(', ')}`;
    case 'switch':
      return 'true or false';
    case 'list':
      return option.choices === undefined
        ? 'a list of names'
        : `a list of ${option.choices.join(', ')}`;
    case 'text':
      return option.pattern === undefined ? 'a text' : option.shape;
  }
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
