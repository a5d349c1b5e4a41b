/**
 * Writes the commands in `docs/command-line.md` from the commands of the command line. A unit test
 * compares the two.
 */
import { COMMANDS } from '../src/cli/commandTable.js';
import { COMMAND_GROUPS, type CommandGroup, type CommandShape } from '../src/cli/usage.js';
import { flagOf, type RunOptionName } from '../src/core/runs/options.js';
import { escapeText, tableOf, writeSection, type GeneratedSection } from './generatedSection.js';

export const COMMANDS_SECTION: GeneratedSection = {
  document: 'docs/command-line.md',
  start: '<!-- commands: written by scripts/commandLinePage.ts -->',
  end: '<!-- end of the commands -->',
};

/** A section for each group of commands. */
export function commandSections(): string {
  return (Object.keys(COMMAND_GROUPS) as CommandGroup[])
    .flatMap((group) => [
      `## ${COMMAND_GROUPS[group]}`,
      ...COMMANDS.filter(({ shape }) => shape.group === group).map(({ shape }) => sectionOf(shape)),
    ])
    .join('\n\n');
}

function sectionOf(shape: CommandShape): string {
  const { name, usage, summary, notes = [], flags, runOptions = [], otherwise = {} } = shape;
  const rows = Object.entries(flags).map(([flag, { shape: value, help, otherwise: preset }]) => [
    `\`--${flag}${value === undefined ? '' : ` ${value}`}\``,
    help,
    preset ?? '–',
  ]);
  const changed = Object.entries(otherwise) as [RunOptionName, string][];
  return [
    `### masklab ${name}`,
    codeBlock([`masklab ${name} ${usage}`.trimEnd()], 'text'),
    `${escapeText(summary)}.`,
    ...notes.map(escapeText),
    ...(rows.length === 0 ? [] : [tableOf(['Flag', 'Description', 'Default'], rows)]),
    ...(runOptions.length === 0
      ? []
      : [
          `Run options, described in [Training](training.md#options): ${runOptions.map((option) => `\`--${flagOf(option)}\``).join(', ')}.`,
        ]),
    ...(changed.length === 0
      ? []
      : [
          'Defaults that differ from other commands:',
          tableOf(
            ['Run option', 'Default'],
            changed.map(([option, value]) => [`\`--${flagOf(option)}\``, value]),
          ),
        ]),
    codeBlock(shape.examples, 'sh'),
  ].join('\n\n');
}

function codeBlock(lines: readonly string[], language: string): string {
  return ['```' + language, ...lines, '```'].join('\n');
}

if (process.argv[1] === import.meta.filename) writeSection(COMMANDS_SECTION, commandSections());
