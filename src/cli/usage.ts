import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../core/errors.js';
import { groupThousands } from '../core/format.js';
import {
  LARGEST_VOCABULARY,
  SMALLEST_VOCABULARY,
  type VocabularyModel,
} from '../core/tokenizer/training/vocabularyTrainer.js';
import {
  RUN_OPTIONS,
  describeValue,
  flagOf,
  readOption,
  type RunOptionName,
  type RunOptions,
} from '../core/runs/options.js';
import { OPTION_GROUPS, type OptionGroup, type RunOption } from '../core/runs/options/runOption.js';

/** A flag of one command, beside the options of a run. */
export interface Flag {
  /** What the help shows for the value, such as `<folder>`; absent for a switch. */
  readonly shape?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

/** What a command takes, from which its parser and its help are made. */
export interface CommandShape {
  readonly name: string;
  /** What stands before the options, such as `<run folder>`. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Options of a run that the command takes, in the same sense. */
  readonly runOptions?: readonly RunOptionName[];
  /** What the command does without some of them, where that is not what others do. */
  readonly otherwise?: Readonly<Partial<Record<RunOptionName, string>>>;
  readonly examples?: readonly string[];
}

export interface CommandValues {
  /** A value a flag, a list for one that may come several times, true for a switch. */
  readonly text: (flag: string) => string | undefined;
  readonly list: (flag: string) => readonly string[];
  readonly has: (flag: string) => boolean;
  readonly positionals: readonly string[];
  readonly options: RunOptions;
}

export function usageError(problem: string, command?: string): AppError {
  const help = command === undefined ? 'masklab help' : `masklab ${command} --help`;
  return new AppError({
    code: 'UserInput',
    details: { problem, remedy: `Run "${help}" to see what there is.` },
  });
}

/** Reads the arguments of a command. Throws `UserInput` for what it does not take. */
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
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: config, allowPositionals: true });
  } catch (thrown) {
    throw usageError(thrown instanceof Error ? thrown.message : String(thrown), shape.name);
  }
  const { values, positionals } = parsed;
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

function optionValue(name: RunOptionName, given: unknown, command: string): unknown {
  // `--pair-column ""` says that there is none.
  const value = readOption(name, Array.isArray(given) ? given.join(',') : given);
  if (value !== null) return value;
  const shown = Array.isArray(given) ? given.join(',') : String(given);
  throw usageError(`--${flagOf(name)} takes ${describeValue(name)}, not "${shown}".`, command);
}

/** Reads a whole number of a flag; undefined where it is not given. */
export function countOf(
  shape: CommandShape,
  values: CommandValues,
  flag: string,
): number | undefined {
  const text = values.text(flag);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw usageError(`--${flag} takes a whole number of at least 1, not "${text}".`, shape.name);
}

/** Reads one of some names of a flag; undefined where it is not given. */
export function choiceOf<T extends string>(
  shape: CommandShape,
  values: CommandValues,
  { flag, choices }: { readonly flag: string; readonly choices: readonly T[] },
): T | undefined {
  const given = values.text(flag);
  if (given === undefined) return undefined;
  const known = choices.find((name) => name === given);
  if (known !== undefined) return known;
  throw usageError(`--${flag} takes one of ${choices.join(', ')}, not "${given}".`, shape.name);
}

/** Reads how many tokens a vocabulary is to have; undefined where it is not said. */
export function vocabularySizeOf(
  shape: CommandShape,
  values: CommandValues,
  { flag, model }: { readonly flag: string; readonly model: VocabularyModel },
): number | undefined {
  const size = countOf(shape, values, flag);
  const smallest = SMALLEST_VOCABULARY[model];
  if (size === undefined || (size >= smallest && size <= LARGEST_VOCABULARY)) return size;
  throw usageError(
    `--${flag} takes a whole number from ${smallest} to ${groupThousands(LARGEST_VOCABULARY)} for ${model}, not ${size}.`,
    shape.name,
  );
}

const WIDTH = 100;
const COLUMN = 30;

/** `masklab <command> --help`: the flags of the command, then the options of a run by group. */
export function commandHelp(shape: CommandShape): string {
  const lines = [
    `masklab ${shape.name} ${shape.usage}`.trimEnd(),
    '',
    ...wrap(`${shape.summary}.`, 2),
  ];
  if (Object.keys(shape.flags).length > 0) {
    lines.push('');
    for (const [name, flag] of Object.entries(shape.flags)) {
      lines.push(
        ...entry(`--${name}${flag.shape === undefined ? '' : ` ${flag.shape}`}`, flag.help),
      );
    }
  }
  for (const group of Object.keys(OPTION_GROUPS) as OptionGroup[]) {
    const names = (shape.runOptions ?? []).filter((name) => RUN_OPTIONS[name].group === group);
    if (names.length > 0) lines.push('', OPTION_GROUPS[group]);
    for (const name of names) {
      const option: RunOption = RUN_OPTIONS[name];
      const text = `${option.help}${limitsOf(option)}. Default: ${shape.otherwise?.[name] ?? option.otherwise}.`;
      lines.push(...entry(`--${flagOf(name)}${shapeOf(option)}`, text));
    }
  }
  if (shape.examples !== undefined) {
    lines.push('', 'Examples', ...shape.examples.map((example) => `  ${example}`));
  }
  return lines.join('\n');
}

/** `masklab help`: the commands, a line each. */
export function generalHelp(shapes: readonly CommandShape[]): string {
  return [
    'masklab: fine-tune BERT-class models on your own text and labels, without Python.',
    '',
    ...shapes.flatMap(({ name, usage, summary }) => entry(`masklab ${name} ${usage}`, summary, 44)),
    '',
    'masklab <command> --help shows the options of a command.',
  ].join('\n');
}

function shapeOf(option: RunOption): string {
  switch (option.type) {
    case 'number':
      return option.isWhole ? ' <n>' : ' <x>';
    case 'choice':
      return ' <name>';
    case 'switch':
      return '';
    case 'list':
    case 'text':
      return ` ${option.shape}`;
  }
}

function limitsOf(option: RunOption): string {
  if (option.type === 'choice') return ` (${option.choices.join(', ')})`;
  if (option.type !== 'number' || option.words === undefined) return '';
  return `; ${option.words.join(' or ')} ${option.wordHelp ?? ''}`.trimEnd();
}

function entry(left: string, text: string, column = COLUMN): string[] {
  const [first = '', ...others] = wrap(text, column);
  const start = `  ${left}`;
  return start.length < column - 1
    ? [start.padEnd(column) + first.trimStart(), ...others]
    : [start, first, ...others];
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}
