import { describe, expect, it } from 'vitest';
import { CommandLineError } from '../../src/cli/commandLineError.js';
import { AUDIT } from '../../src/cli/auditCommand.js';
import { TRAIN } from '../../src/cli/train.js';
import { countOf, readCommand, type CommandShape } from '../../src/cli/usage.js';

const SHOW: CommandShape = {
  name: 'show',
  group: 'data',
  usage: '<file>',
  summary: 'Show a file',
  flags: {
    lines: { shape: '<n>', help: 'Number of lines' },
    only: { shape: '<word>', multiple: true, help: 'Show lines with this word' },
    beside: { shape: '<files …>', multiple: true, takesAll: true, help: 'Show these beside it' },
    json: { help: 'Print JSON' },
  },
  examples: ['masklab show a.txt'],
};

describe('readCommand', () => {
  it('reads flags, lists, switches and positional arguments', () => {
    const values = readCommand(SHOW, ['a.txt', '--lines', '3', '--only', 'x', '--only', 'y']);
    expect(values.positionals).toEqual(['a.txt']);
    expect(countOf(SHOW, values, 'lines')).toBe(3);
    expect(values.list('only')).toEqual(['x', 'y']);
    expect(values.has('json')).toBe(false);
    expect(values.text('none')).toBeUndefined();
  });

  it('gives all arguments up to the next flag to a flag that takes all', () => {
    const args = ['a.txt', '--beside', 'b.txt', 'c.txt', '--only', 'x', 'd.txt'];
    const values = readCommand(SHOW, [...args, '--beside=e.txt', 'f.txt', '--json']);
    expect(values.list('beside')).toEqual(['b.txt', 'c.txt', 'e.txt']);
    expect(values.list('only')).toEqual(['x']);
    expect(values.positionals).toEqual(['a.txt', 'd.txt', 'f.txt']);
    expect(values.has('json')).toBe(true);
    const audit = readCommand(AUDIT, ['--shifted', 'a.csv', 'b.csv', '--data', 'c.csv']);
    expect(audit.list('shifted')).toEqual(['a.csv', 'b.csv']);
  });

  it('reads the options of a run by their table', () => {
    const { options } = readCommand(TRAIN, [
      ...['--data', 'a.csv', '--batch-size', '8', '--dropout', '--warmup', '0.1'],
      ...['--label-column', 'rude,spam', '--pair-column', '', '--early-stopping', 'loss:2'],
    ]);
    expect(options).toEqual({
      batchSize: 8,
      dropout: true,
      warmupFraction: 0.1,
      labelColumn: ['rude', 'spam'],
      pairColumn: '',
      earlyStopping: 'loss:2',
    });
  });

  it.each([
    [TRAIN, ['--batch-size', 'many'], /^--batch-size must be a whole number .*"many" was given/],
    [
      TRAIN,
      ['--method', 'half'],
      /^--method must be one of full, lora, bias-only, last-layer, but "half"/,
    ],
    [TRAIN, ['--fly'], /^"masklab train" has no option --fly\.$/],
    [SHOW, ['-x'], /^"masklab show" has no option -x\.$/],
    [SHOW, ['--batch-size', '8'], /^"masklab show" has no option --batch-size\.$/],
    [SHOW, ['a.txt', '--lines'], /^--lines requires a value\.$/],
    [SHOW, ['--lines', '--json'], /^--lines requires a value\.$/],
    [SHOW, ['--json=yes'], /^--json takes no value, but "yes" was given\.$/],
  ])('refuses arguments of $name: %s', (shape, args, message) => {
    let thrown: unknown = null;
    try {
      readCommand(shape, args);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CommandLineError);
    const { message: text, remedy } = thrown as CommandLineError;
    expect(text).toMatch(message);
    expect(remedy).toBe(`Run "masklab ${shape.name} --help" to list its options.`);
  });

  it('accepts values that begin with a dash', () => {
    expect(readCommand(SHOW, ['--only', '-x', '--only=--y']).list('only')).toEqual(['-x', '--y']);
    expect(readCommand(SHOW, ['--', '--json']).positionals).toEqual(['--json']);
  });

  it('refuses counts below 1', () => {
    const values = readCommand(SHOW, ['--lines', '0']);
    expect(() => countOf(SHOW, values, 'lines')).toThrow(/--lines must be a whole number/);
  });
});
