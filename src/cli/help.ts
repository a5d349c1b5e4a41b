import { OPTION_GROUPS, type OptionGroup, type RunOption } from '../core/runs/options/runOption.js';
import { RUN_OPTIONS, flagOf } from '../core/runs/options.js';
import { COMMAND_GROUPS, type CommandGroup, type CommandShape } from './usage.js';

const WIDTH = 100;
const COLUMN = 30;

/** Text of `masklab <command> --help`: flags of the command, options of a run by group, examples. */
export function commandHelp(shape: CommandShape): string {
  const lines = [
    `masklab ${shape.name} ${shape.usage}`.trimEnd(),
    '',
    ...wrap(`${shape.summary}.`, 2),
  ];
  for (const note of shape.notes ?? []) lines.push('', ...wrap(note, 2));
  if (Object.keys(shape.flags).length > 0) {
    lines.push('');
    for (const [name, flag] of Object.entries(shape.flags)) {
      const left = `--${name}${flag.shape === undefined ? '' : ` ${flag.shape}`}`;
      lines.push(...entry(left, withDefault(flag.help, flag.otherwise)));
    }
  }
  for (const group of Object.keys(OPTION_GROUPS) as OptionGroup[]) {
    const names = (shape.runOptions ?? []).filter((name) => RUN_OPTIONS[name].group === group);
    if (names.length > 0) lines.push('', OPTION_GROUPS[group]);
    for (const name of names) {
      const option: RunOption = RUN_OPTIONS[name];
      const text = withDefault(
        `${option.help}${choicesOf(option)}`,
        shape.otherwise?.[name] ?? option.otherwise,
      );
      lines.push(...entry(`--${flagOf(name)}${shapeOf(option)}`, text));
    }
  }
  lines.push('', 'Examples', ...shape.examples.map((example) => `  ${example}`));
  return lines.join('\n');
}

/** Text of `masklab --help`: one line per command, in groups. */
export function generalHelp(shapes: readonly CommandShape[]): string {
  const groups = (Object.keys(COMMAND_GROUPS) as CommandGroup[]).flatMap((group) => [
    COMMAND_GROUPS[group],
    ...shapes
      .filter((shape) => shape.group === group)
      .flatMap(({ name, summary }) => entry(name, summary, 21)),
    '',
  ]);
  return [
    'masklab <command> [options]',
    '',
    '  Fine-tune BERT-class models on your own text and labels, without Python.',
    '',
    ...groups,
    'Examples',
    '  masklab train --data notes/',
    '  masklab fill "The quick brown [MASK] jumps"',
    '',
    'Run "masklab <command> --help" for the options of a command, with examples, and',
    '"masklab --version" for the versions of Masklab and of what it runs on.',
  ].join('\n');
}

function withDefault(help: string, otherwise: string | undefined): string {
  return otherwise === undefined ? `${help}.` : `${help}. Default: ${otherwise}.`;
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

function choicesOf(option: RunOption): string {
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
