import { parseArgs, type ParseArgsConfig } from 'node:util';
import { groupThousands } from '../core/format.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import {
  RUN_OPTIONS,
  describeValue,
  flagOf,
  readOption,
  type RunOptionName,
  type RunOptions,
} from '../core/runs/options.js';
import {
  LARGEST_VOCABULARY,
  SMALLEST_VOCABULARY,
  type VocabularyModel,
} from '../core/tokenizer/training/vocabularyTrainer.js';
import { usageError } from './commandLineError.js';

/** Headings of `masklab --help`, in its order. */
export const COMMAND_GROUPS = {
  training: 'Training and runs',
  data: 'Data and masking',
  models: 'Models and predictions',
  tokenizers: 'Tokenizers',
} as const;
export type CommandGroup = keyof typeof COMMAND_GROUPS;

/** A flag of one command, in addition to the options of a run. */
export interface Flag {
  /** Placeholder of the value in the help, such as `<folder>`; absent for a switch. */
  readonly shape?: string;
  readonly multiple?: boolean;
  /**
   * Whether all arguments up to the next flag are its values, as in `--test a.csv b.csv`. Default: the
   * first one alone.
   */
  readonly takesAll?: boolean;
  /** One or more sentences, without the last period. */
  readonly help: string;
  /** Default, if it isn't obvious. */
  readonly otherwise?: string;
}

/** Name, flags and help of a command, from which its parser and its help are made. */
export interface CommandShape {
  readonly name: string;
  readonly group: CommandGroup;
  /** Arguments in the first line of the help, such as `<run folder> [options]`. */
  readonly usage: string;
  /** One imperative sentence, without its period. */
  readonly summary: string;
  /** Further paragraphs of the command's own help. */
  readonly notes?: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Options of a run that the command accepts. */
  readonly runOptions?: readonly RunOptionName[];
  /** Defaults of run options that differ from those of other commands. */
  readonly otherwise?: Readonly<Partial<Record<RunOptionName, string>>>;
  readonly examples: readonly [string, ...string[]];
}

export interface CommandValues {
  readonly text: (flag: string) => string | undefined;
  /** Values of a flag that may be repeated. */
  readonly list: (flag: string) => readonly string[];
  /** Whether a switch is given. */
  readonly has: (flag: string) => boolean;
  readonly positionals: readonly string[];
  readonly options: RunOptions;
}

/** Words of a command's name: `tokenizer train` has two. */
export function wordsOf({ name }: CommandShape): string[] {
  return name.split(' ');
}

/** Reads the arguments of a command. Throws for unknown flags and invalid values. */
export function readCommand(shape: CommandShape, args: readonly string[]): CommandValues {
  const config: Exclude<ParseArgsConfig['options'], undefined> = {};
  for (const [name, flag] of Object.entries(shape.flags)) {
    config[name] =
      flag.shape === undefined
        ? { type: 'boolean' }
        : { type: 'string', multiple: flag.multiple === true };
  }
  const optionNames = shape.runOptions ?? [];
  for (const name of optionNames) {
    const { type } = RUN_OPTIONS[name];
    config[flagOf(name)] =
      type === 'switch' ? { type: 'boolean' } : { type: 'string', multiple: type === 'list' };
  }
  const { values, positionals, tokens } = parseArgs({
    args: argumentsWithFlags(shape, args),
    options: config,
    ...{ allowPositionals: true, strict: false, tokens: true },
  });
  for (const token of tokens) {
    if (token.kind === 'option') checkFlag(shape, token, config[token.name]?.type);
  }
  const given = optionNames.flatMap((name) => {
    const value = values[flagOf(name)];
    return value === undefined ? [] : [[name, optionValue(name, value, shape.name)] as const];
  });
  return {
    text: (flag) => values[flag] as string | undefined,
    list: (flag) => (values[flag] as string[] | undefined) ?? [],
    has: (flag) => values[flag] === true,
    positionals,
    options: Object.fromEntries(given),
  };
}

/** Arguments in which a flag that takes all arguments up to the next one is repeated for each. */
function argumentsWithFlags({ flags }: CommandShape, args: readonly string[]): string[] {
  let current: string | null = null;
  let isFirst = true;
  return args.flatMap((argument) => {
    if (argument.startsWith('-')) {
      current =
        argument.startsWith('--') && flags[argument.slice(2)]?.takesAll === true ? argument : null;
      isFirst = true;
      return [argument];
    }
    if (current === null || isFirst) {
      isFirst = false;
      return [argument];
    }
    return [current, argument];
  });
}

interface FlagToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkFlag(
  { name: command }: CommandShape,
  { rawName, value, inlineValue }: FlagToken,
  type: 'string' | 'boolean' | undefined,
): void {
  if (type === undefined) {
    throw usageError(`"masklab ${command}" has no option ${rawName}.`, command);
  }
  if (type === 'boolean' && value !== undefined) {
    throw usageError(`${rawName} takes no value, but "${value}" was given.`, command);
  }
  const isFollowedByFlag = inlineValue === false && value?.startsWith('--') === true;
  if (type === 'string' && (value === undefined || isFollowedByFlag)) {
    throw usageError(`${rawName} requires a value.`, command);
  }
}

function optionValue(name: RunOptionName, given: unknown, command: string): unknown {
  const value = readOption(name, Array.isArray(given) ? given.join(',') : given);
  if (value !== null) return value;
  const shown = Array.isArray(given) ? given.join(',') : String(given);
  throw invalidValue(flagOf(name), renderMessage(describeValue(name), ENGLISH), {
    given: shown,
    command,
  });
}

function invalidValue(
  flag: string,
  expected: string,
  { given, command }: { readonly given: string; readonly command: string },
): Error {
  return usageError(`--${flag} must be ${expected}, but "${given}" was given.`, command);
}

/** Reads a positive whole number; `undefined` if the flag is absent. */
export function countOf(
  shape: CommandShape,
  values: CommandValues,
  flag: string,
): number | undefined {
  const given = values.text(flag);
  if (given === undefined) return undefined;
  const count = Number(given);
  if (Number.isInteger(count) && count > 0) return count;
  throw invalidValue(flag, 'a whole number of at least 1', { given, command: shape.name });
}

/** Reads one of several names; `undefined` if the flag is absent. */
export function choiceOf<T extends string>(
  shape: CommandShape,
  values: CommandValues,
  { flag, choices }: { readonly flag: string; readonly choices: readonly T[] },
): T | undefined {
  const given = values.text(flag);
  if (given === undefined) return undefined;
  const known = choices.find((name) => name === given);
  if (known !== undefined) return known;
  throw invalidValue(flag, `one of ${choices.join(', ')}`, { given, command: shape.name });
}

/** Reads the size of a vocabulary, in tokens; `undefined` if the flag is absent. */
export function vocabularySizeOf(
  shape: CommandShape,
  values: CommandValues,
  { flag, model }: { readonly flag: string; readonly model: VocabularyModel },
): number | undefined {
  const size = countOf(shape, values, flag);
  const smallest = SMALLEST_VOCABULARY[model];
  if (size === undefined || (size >= smallest && size <= LARGEST_VOCABULARY)) return size;
  const range = `between ${smallest} and ${groupThousands(LARGEST_VOCABULARY)}`;
  throw invalidValue(flag, `a whole number ${range} for ${model}`, {
    ...{ given: String(size), command: shape.name },
  });
}
