/**
 * Writes the tables of options in `docs/training.md` from the table of run options. A unit test
 * compares the two.
 */
import { ENGLISH, renderMessage } from '../src/core/messages/render.js';
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
import { tableOf, writeSection, type GeneratedSection } from './generatedSection.js';

export const OPTIONS: GeneratedSection = {
  document: 'docs/training.md',
  start: '<!-- options: written by scripts/optionTables.ts -->',
  end: '<!-- end of the options -->',
};

/** A section and a table for each group of options. */
export function optionTables(): string {
  return (Object.keys(OPTION_GROUPS) as OptionGroup[])
    .map((group) => {
      const names = RUN_OPTION_NAMES.filter((name) => RUN_OPTIONS[name].group === group);
      return [
        `### ${OPTION_GROUPS[group]}`,
        '',
        tableOf(['Option', 'Description', 'Default', 'Setting'], names.map(rowOf)),
      ].join('\n');
    })
    .join('\n\n');
}

function rowOf(name: RunOptionName): string[] {
  const option: RunOption = RUN_OPTIONS[name];
  const flag = `\`--${flagOf(name)}${option.example === undefined ? '' : ` ${option.example}`}\``;
  const takes =
    option.type === 'number' || option.type === 'choice'
      ? ` (${renderMessage(describeValue(name), ENGLISH)})`
      : '';
  const setting = option.isSetting ? `\`masklab.training.${name}\`` : '–';
  return [flag, option.help + takes, option.otherwise, setting];
}

if (process.argv[1] === import.meta.filename) writeSection(OPTIONS, optionTables());
