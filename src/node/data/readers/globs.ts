import path from 'node:path';
import picomatch from 'picomatch';

/** Whether a path is a glob, and the folder that contains all of its matches. */
export function globOf(given: string): { isGlob: boolean; base: string } {
  const { isGlob, base } = picomatch.scan(given.replaceAll(path.sep, '/'));
  return { isGlob, base };
}

/** Matches absolute paths with globs that are relative to a folder; no globs match nothing. */
export function matcherOf(globs: readonly string[], folder: string): (absolute: string) => boolean {
  if (globs.length === 0) return () => false;
  const matches = picomatch(
    globs.map((glob) => glob.replaceAll(path.sep, '/').replace(/^\.\/|\/$/g, '')),
    { dot: true },
  );
  const inFolder = (absolute: string): string =>
    path.relative(folder, absolute).split(path.sep).join('/');
  const isAbsolute = globs.some((glob) => path.isAbsolute(glob));
  return (absolute) =>
    matches(inFolder(absolute)) || (isAbsolute && matches(absolute.split(path.sep).join('/')));
}
