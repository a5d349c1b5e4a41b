import { describe, expect, it } from 'vitest';
import {
  AppError,
  describeError,
  errorMessage,
  inputError,
  type AppErrorData,
} from '../../../src/core/errors.js';
import {
  message,
  messageSchema,
  problem,
  problemSchema,
} from '../../../src/core/messages/message.js';
import {
  ENGLISH,
  renderMessage,
  renderProblem,
  withText,
  type Words,
} from '../../../src/core/messages/render.js';
import { parseErrorData } from '../../../src/core/errorData.js';

const CHINESE: Words = {
  surface: 'editor',
  locale: 'zh-CN',
  translate: (template) => ({ '{file}, line {row}': '{file} 第 {row} 行' })[template] ?? template,
};

const place = message('place.row', { file: 'a.csv', row: 12_345 });

describe('a message', () => {
  it('has numbers in the language of its reader, and names as they are', () => {
    expect(renderMessage(place, ENGLISH)).toBe('a.csv, line 12,345');
    expect(renderMessage(place, CHINESE)).toBe('a.csv 第 12,345 行');
    expect(renderMessage(message('process.exitCode', { exitCode: '12345' }), ENGLISH)).toBe(
      'exit code 12345',
    );
  });

  it('never takes text of its arguments for placeholders', () => {
    const nested = message('place.row', { file: '{row}$&', row: 3 });
    expect(renderMessage(nested, ENGLISH)).toBe('{row}$&, line 3');
  });

  it.each([
    [1234.5678, '1,235'],
    [0.12345678, '0.1235'],
    [0.000012345678, '0.00001235'],
    [3e-7, '3e-7'],
    [{ bytes: 1_500_000 }, '1.5 MB'],
    [{ seconds: 200 }, '3 min 20 s'],
    [{ share: 0.15 }, '15.0%'],
    [{ list: ['a', 'b', place], join: 'and' as const }, 'a, b, and a.csv, line 12,345'],
    [{ list: ['a', 'b'], join: 'or' as const }, 'a or b'],
    [{ list: ['One.', 'Two.'], join: 'sentences' as const }, 'One. Two.'],
  ])('shows %j as %s', (row, shown) => {
    expect(renderMessage(message('place.row', { file: 'f', row }), ENGLISH)).toBe(
      `f, line ${shown}`,
    );
  });

  it('comes back from disk, from earlier versions and from later ones', () => {
    const read = (value: unknown): string => renderMessage(messageSchema.parse(value), ENGLISH);
    expect(read(JSON.parse(JSON.stringify(place)))).toBe('a.csv, line 12,345');
    expect(read('Written as text')).toBe('Written as text');
    expect(read({ id: 'of.later', args: {}, text: 'Later text' })).toBe('Later text');
    expect(read({ id: 'toString', args: {}, text: 'Later text' })).toBe('Later text');
    expect(messageSchema.safeParse({ id: 'place.row', args: { row: null } }).success).toBe(false);
  });

  it('has its English beside it on disk', () => {
    expect(withText(place)).toEqual({ ...place, text: 'a.csv, line 12,345' });
    expect(messageSchema.parse(withText(place))).toEqual(place);
    const denied = problem('storage.denied', { path: '/a' });
    expect(withText(denied)).toEqual({ ...denied, text: 'No permission to write /a.' });
    expect(problemSchema.parse(withText(denied))).toEqual(denied);
  });
});

describe('a problem', () => {
  const error = new AppError({
    code: 'ProcessKeepsCrashing',
    details: { process: 'modelServer', exitCode: 1, signal: null, stderrTail: '', crashes: 3 },
  });

  it('agrees with its count, and speaks to its reader', () => {
    expect(describeError(error.data, ENGLISH)).toEqual({
      message: 'The model server crashed 3 times (exit code 1) and is not restarted automatically.',
      remedy: 'Select another model or other data, and try again.',
    });
    const editor = describeError(error.data, { ...ENGLISH, surface: 'editor' });
    expect(editor.remedy).toContain('"Restart Background Processes"');
  });

  it('has its place before it', () => {
    const data = parseErrorData({
      code: 'Data',
      details: {
        file: 'a.csv',
        row: 2,
        column: 'text',
        problem: 'holds no text',
        remedy: 'Add some.',
      },
    });
    expect(describeError(data, ENGLISH)).toEqual({
      message: 'a.csv, line 2, column text: holds no text',
      remedy: 'Add some.',
    });
  });

  it('is a message of its own, with its place', () => {
    const denied = problem('storage.denied', { path: '/a' });
    const data = { code: 'Data', details: { file: 'a.csv', problem: denied } } as const;
    const inEnglish = (error: AppErrorData): string => renderMessage(errorMessage(error), ENGLISH);
    expect(inEnglish(data)).toBe('a.csv: No permission to write /a.');
    expect(inEnglish(inputError(denied).data)).toBe('No permission to write /a.');
  });

  it('can be part of a message', () => {
    const part = message('process.lastOutput', {
      output: problem('storage.denied', { path: '/a' }),
    });
    const read = messageSchema.parse(JSON.parse(JSON.stringify(part)));
    expect(renderMessage(read, ENGLISH)).toBe(' Last output: No permission to write /a.');
  });

  it('can pass on the remedy of the problem that it contains', () => {
    const first = problem('document.emptyValue', { key: 'words' });
    const several = problem('document.severalProblems', {
      first,
      count: 1,
      remedy: { remedyOf: first },
    });
    const read = problemSchema.parse(JSON.parse(JSON.stringify(several)));
    expect(renderProblem(read, ENGLISH)).toEqual({
      message: '"words" must not be empty. The file has 1 more problem below.',
      remedy: 'Add a value, or remove the key. Then correct the remaining problems.',
    });
  });

  it('comes back from disk, from earlier versions and from later ones', () => {
    const read = (value: unknown): object => renderProblem(problemSchema.parse(value), ENGLISH);
    const denied = problem('storage.denied', { path: '/a' });
    expect(read(JSON.parse(JSON.stringify(denied)))).toEqual(renderProblem(denied, ENGLISH));
    expect(read({ problem: 'p', remedy: 'r' })).toEqual({ message: 'p', remedy: 'r' });
    expect(read({ id: 'of.later', args: {}, text: 'p' })).toEqual({ message: 'p', remedy: '' });
  });
});
