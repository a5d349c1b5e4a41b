import { USUAL_DIALECT } from '../../src/core/data/fileDialect.js';
import { describe, expect, it } from 'vitest';
import { textSelectionOf } from '../../src/cli/dataFlags.js';
import { MASK } from '../../src/cli/mask.js';
import { PROFILE } from '../../src/cli/profileCommand.js';
import { TOKENIZER_EXTEND } from '../../src/cli/tokenizerExtend.js';
import { TOKENIZER_TRAIN } from '../../src/cli/tokenizerTrain.js';
import { TRAIN } from '../../src/cli/train.js';
import { commandHelp } from '../../src/cli/help.js';
import { readCommand } from '../../src/cli/usage.js';

const READERS = [TRAIN, MASK, PROFILE, TOKENIZER_TRAIN, TOKENIZER_EXTEND];

describe('the flags for data', () => {
  it.each(READERS)('$name takes them in one sense, and offers them alike', (shape) => {
    const values = readCommand(shape, [
      ...['--data', 'a.csv', 'b.csv', '--format', 'csv', '--text-column', 'review'],
      ...['--clean', 'urls', '--clean', 'html', '--code', 'all'],
    ]);
    expect(textSelectionOf(shape, values)).toEqual({
      workspaceFolder: process.cwd(),
      paths: ['a.csv', 'b.csv'],
      exclude: [],
      kind: 'any',
      format: 'csv',
      columns: { text: 'review', pair: null, labels: [], group: null, split: null },
      cleaning: ['html', 'urls'],
      code: 'all',
      dialect: USUAL_DIALECT,
      skipBad: false,
      ignoreSplitNames: false,
    });
    const helpOf = (help: string): string[] =>
      ['--data', '--format', '--text-column', '--clean', '--code'].map((flag) =>
        help
          .slice(help.indexOf(`\n  ${flag} `))
          .split(/\n {2}--/, 2)
          .join(''),
      );
    expect(helpOf(commandHelp(shape))).toEqual(helpOf(commandHelp(TRAIN)));
    expect(() => readCommand(shape, ['--clean', 'html,soap'])).toThrow(/--clean must be a list of/);
    expect(() => textSelectionOf(shape, readCommand(shape, []))).toThrow(
      `"masklab ${shape.name}" requires --data`,
    );
  });

  it('asks for the column of the text where another is named', () => {
    const reading = (...args: string[]): unknown =>
      textSelectionOf(PROFILE, readCommand(PROFILE, ['--data', 'a.csv', ...args]));
    expect(() => reading('--label-column', 'stars')).toThrow(/--text-column/);
    expect(() => reading('--text-column', 'a', '--label-column', 'b,c')).toThrow(/only one column/);
    expect(reading('--pair-column', '')).toMatchObject({ columns: {} });
  });
});
