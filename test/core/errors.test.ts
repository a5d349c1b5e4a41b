import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

const said = (thrown: unknown): string => describeError(toAppErrorData(thrown), ENGLISH).message;
const ofSystem = (code: string, syscall = 'open', file = '/data/a.csv'): Error =>
  Object.assign(new Error(`${code}: something, ${syscall}`), { code, syscall, path: file });

describe('an error of the system that was given no name', () => {
  it.each([
    ['EACCES', /^\/data\/a\.csv: No permission to read/],
    ['EISDIR', /^\/data\/a\.csv: It is a folder/],
    ['EMFILE', /^\/data\/a\.csv: Too many files are open/],
    ['ENAMETOOLONG', /^\/data\/a\.csv: The path is too long/],
    ['ENOENT', /^\/data\/a\.csv: The file or folder does not exist/],
    ['ELOOP', /^\/data\/a\.csv: .*links/],
  ])('%s names the file and the reason', (code, text) => {
    expect(said(ofSystem(code))).toMatch(text);
  });

  it.each([
    ['ENOSPC', 'write', /^The disk is full: \/data\/a\.csv/],
    ['EACCES', 'mkdir', /^No permission to write \/data\/a\.csv/],
    ['EISDIR', 'rename', /^\/data\/a\.csv could not be written: It is a folder/],
    ['EIO', 'write', /^\/data\/a\.csv could not be written: EIO/],
  ])('%s of %s says what could not be written', (code, syscall, text) => {
    expect(said(ofSystem(code, syscall))).toMatch(text);
  });

  it('is recognized as Node throws it, in any process', () => {
    const missing = path.join(os.tmpdir(), 'masklab-none', 'a');
    expect(said(thrownBy(() => fs.readFileSync(missing)))).toContain(`${missing}: `);
    expect(said(thrownBy(() => fs.readFileSync(os.tmpdir())))).toMatch(/It is a folder/);
    fs.rmSync(missing, { force: true });
    expect(
      said(
        thrownBy(() => {
          fs.mkdirSync(missing);
        }),
      ),
    ).toMatch(/could not be written/);
  });

  it('is no excuse for a bug of ours', () => {
    expect(toAppErrorData(new TypeError('x is not a function')).code).toBe('Internal');
    expect(toAppErrorData(Object.assign(new Error('x'), { code: 'ERR_ASSERTION' })).code).toBe(
      'Internal',
    );
  });
});
