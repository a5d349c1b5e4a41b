/**
 * Writes the tables of options in `docs/training.md` from the table of run options. A unit test
 * compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  describeValue,
  flagOf,
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
  type RunOptionName,
} from '../src/core/runs/options.js';
import {
  OPTION_GROUPS,
  type OptionGroup,
  type RunOption,
} from '../src/core/runs/options/runOption.js';

const document = path.join(import.meta.dirname, '../docs/training.md');
const START = '<!-- options: written by scripts/optionTables.ts -->';
const END = '<!-- end of the options -->';

/** A section and a table for each group of options. */
export function optionTables(): string {
  return (Object.keys(OPTION_GROUPS) as OptionGroup[])
    .map((group) => {
      const names = RUN_OPTION_NAMES.filter((name) => RUN_OPTIONS[name].group === group);
      return [
        `### ${OPTION_GROUPS[group]}`,
        '',
        '| Option | Description | Default | Setting |',
        '|---|---|---|---|',
        ...names.map(rowOf),
      ].join('\n');
    })
    .join('\n\n');
}

function rowOf(name: RunOptionName): string {
  const option: RunOption = RUN_OPTIONS[name];
  const flag = `\`--${flagOf(name)}${option.example === undefined ? '' : ` ${option.example}`}\``;
  const takes =
    option.type === 'number' || option.type === 'choice' ? ` (${describeValue(name)})` : '';
  const setting = option.isSetting ? `\`masklab.training.${name}\`` : '–';
  const cells = [flag, option.help + takes, option.otherwise, setting];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** The tables of the committed documentation. */
export function committedTables(): string {
  const text = readFileSync(document, 'utf8');
  return text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim();
}

/** Without the padding that a formatter puts around cells. */
export function compact(table: string): string {
  return table.replaceAll(/[ -]*(?<!\\)\|[ -]*/g, '|');
}

function main(): void {
  const text = readFileSync(document, 'utf8');
  const before = text.slice(0, text.indexOf(START) + START.length);
  const after = text.slice(text.indexOf(END));
  writeFileSync(document, `${before}\n\n${optionTables()}\n\n${after}`);
}

if (process.argv[1] === import.meta.filename) main();
