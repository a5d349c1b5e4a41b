import path from 'node:path';
import picomatch from 'picomatch';
import { RE2JS } from 're2js';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';

/** Whether a path is a glob, and the folder that contains all of its matches. */
export function globOf(given: string): { isGlob: boolean; base: string } {
  const { isGlob, base } = picomatch.scan(given.replaceAll(path.sep, '/'));
  return { isGlob, base };
}

/**
 * Matches absolute paths with globs that are relative to a folder; no globs match nothing. A path takes
 * time linear in its length, whatever the globs are. Throws `UserInput` for an unusable glob.
 */
export function matcherOf(globs: readonly string[], folder: string): (absolute: string) => boolean {
  const patterns = globs.map(compile);
  const matches = (file: string): boolean => patterns.some((pattern) => pattern.test(file));
  if (globs.length === 0) return () => false;
  const inFolder = (absolute: string): string =>
    path.relative(folder, absolute).split(path.sep).join('/');
  const isAbsolute = globs.some((glob) => path.isAbsolute(glob));
  return (absolute) =>
    matches(inFolder(absolute)) || (isAbsolute && matches(absolute.split(path.sep).join('/')));
}

/**
 * Assertions that keep wildcards from `.` and `..` and from empty names, which no path has here. What
 * is left can be matched without going back.
 */
const ASSERTIONS = ['(?!(?:^|\\/)\\.{1,2}(?:\\/|$))', '(?!\\.{1,2}(?:\\/|$))', '(?=.)'];

function compile(glob: string): RE2JS {
  const written = glob.replaceAll(path.sep, '/').replace(/^\.\/|\/$/g, '');
  try {
    const { source } = picomatch.makeRe(written, { dot: true, noextglob: true, nonegate: true });
    return RE2JS.compile(ASSERTIONS.reduce((rest, part) => rest.replaceAll(part, ''), source));
  } catch (cause) {
    throw inputError(problem('data.unusableGlob', { glob: written.slice(0, 100) }), { cause });
  }
}
