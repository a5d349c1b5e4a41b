import { describe, expect, it } from 'vitest';
import { TRAIN } from '../../src/cli/train.js';
import { commandHelp, countOf, readCommand, type CommandShape } from '../../src/cli/usage.js';
import { flagOf, RUN_OPTION_NAMES } from '../../src/core/runs/options.js';

const SHOW: CommandShape = {
  name: 'show',
  usage: '<file>',
  summary: 'Shows a file',
  flags: {
    lines: { shape: '<n>', help: 'how many' },
    only: { shape: '<word>', multiple: true, help: 'lines with a word' },
    json: { help: 'as JSON' },
  },
};

describe('readCommand', () => {
  it('reads flags, lists, switches and what stands alone', () => {
    const values = readCommand(SHOW, ['a.txt', '--lines', '3', '--only', 'x', '--only', 'y']);
    expect(values.positionals).toEqual(['a.txt']);
    expect(countOf(SHOW, values, 'lines')).toBe(3);
    expect(values.list('only')).toEqual(['x', 'y']);
    expect(values.has('json')).toBe(false);
    expect(values.text('none')).toBeUndefined();
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

  it('says which flag takes what', () => {
    const refuse =
      (...args: string[]): (() => unknown) =>
      () =>
        readCommand(TRAIN, args);
    expect(refuse('--batch-size', 'many')).toThrow(/--batch-size takes a whole number from 1/);
    expect(refuse('--method', 'half')).toThrow(/--method takes one of full, lora, bias-only/);
    expect(refuse('--fly')).toThrow(/--fly/);
    expect(() => readCommand(SHOW, ['--batch-size', '8'])).toThrow(/batch-size/);
    const values = readCommand(SHOW, ['--lines', '0']);
    expect(() => countOf(SHOW, values, 'lines')).toThrow(/--lines takes/);
  });
});

describe('commandHelp', () => {
  const help = commandHelp(TRAIN);

  it('has every option under its group, in lines that fit', () => {
    for (const name of RUN_OPTION_NAMES) expect(help).toContain(`--${flagOf(name)}`);
    for (const group of ['Data and task', 'Trained weights', 'Optimizer', 'Examples']) {
      expect(help).toMatch(new RegExp(`^${group}$`, 'm'));
    }
    const widest = Math.max(...help.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(100);
  });

  it('leaves the options of a run out where a command takes none', () => {
    expect(commandHelp(SHOW)).not.toContain('--batch-size');
    expect(commandHelp(SHOW)).toContain('--lines <n>');
  });
});
