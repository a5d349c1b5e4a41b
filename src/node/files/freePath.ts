import fs from 'node:fs';

/**
 * `base` with the extension, or with a number between them if there is a file of that name or
 * `isTaken` says that it is taken.
 */
export function freePath(
  base: string,
  extension: string,
  isTaken: (file: string) => boolean = () => false,
): string {
  let file = `${base}${extension}`;
  for (let n = 2; fs.existsSync(file) || isTaken(file); n++) file = `${base}-${n}${extension}`;
  return file;
}
