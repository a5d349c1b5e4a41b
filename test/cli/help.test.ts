import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commandTable.js';
import { commandHelp, generalHelp } from '../../src/cli/help.js';
import { TRAIN } from '../../src/cli/train.js';
import { COMMAND_GROUPS, readCommand, wordsOf } from '../../src/cli/usage.js';
import { flagOf, RUN_OPTION_NAMES, RUN_OPTIONS } from '../../src/core/runs/options.js';
import { OPTION_GROUPS } from '../../src/core/runs/options/runOption.js';

const SHAPES = COMMANDS.map(({ shape }) => shape);

/** Arguments of an example as a shell passes them; a redirection is none of them. */
function argumentsOf(example: string): string[] {
  const [command = ''] = example.split(' < ');
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

describe('masklab --help', () => {
  const lines = generalHelp(SHAPES).split('\n');

  it('lists every command once, under the heading of its group', () => {
    const headings = Object.values(COMMAND_GROUPS);
    for (const { name, group } of SHAPES) {
      const at = lines.flatMap((line, i) => (line.startsWith(`  ${name}  `) ? [i] : []));
      expect(at, name).toHaveLength(1);
      const above = lines.slice(0, at[0]).findLast((line) => headings.some((one) => one === line));
      expect(above, name).toBe(COMMAND_GROUPS[group]);
    }
  });

  it('fits a terminal of 100 columns', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe.each(SHAPES)('masklab $name --help', (shape) => {
  const help = commandHelp(shape);

  it('ends with examples that the command accepts', () => {
    expect(help.split('\nExamples\n')[1]).toBe(shape.examples.map((one) => `  ${one}`).join('\n'));
    for (const example of shape.examples) {
      const [program, ...given] = argumentsOf(example);
      const name = wordsOf(shape);
      expect([program, ...given.slice(0, name.length)]).toEqual(['masklab', ...name]);
      expect(() => readCommand(shape, given.slice(name.length)), example).not.toThrow();
    }
  });

  it('describes every option in sentences that fit a terminal of 100 columns', () => {
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    for (const { help: text, otherwise = 'x' } of Object.values(shape.flags)) {
      expect(text).toMatch(/^[A-Z].*[^.]$/);
      expect(otherwise).not.toMatch(/\.$/);
      expect(`${text} ${otherwise}`).not.toMatch(/default/i);
    }
    expect(shape.summary).toMatch(/^[A-Z][a-z-]+ .*[^.]$/);
  });
});

describe('commandHelp', () => {
  it('shows every option of a run under its group, with its default', () => {
    const help = commandHelp(TRAIN);
    for (const name of RUN_OPTION_NAMES) expect(help).toContain(`\n  --${flagOf(name)}`);
    for (const group of Object.values(OPTION_GROUPS)) expect(help.split('\n')).toContain(group);
    const texts = help.replaceAll(/\s+/g, ' ');
    for (const { otherwise } of Object.values(RUN_OPTIONS)) {
      expect(texts).toContain(` Default: ${otherwise}.`);
    }
  });

  it('omits the options of a run if the command accepts none', () => {
    const [runs] = SHAPES.filter(({ name }) => name === 'runs');
    expect(commandHelp(runs!)).not.toContain('--batch-size');
  });
});
