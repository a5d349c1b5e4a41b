import fs from 'node:fs';

/** `base` with the extension, or with a number between them if there is a file of that name. */
export function freePath(base: string, extension: string): string {
  let file = `${base}${extension}`;
  for (let n = 2; fs.existsSync(file); n++) file = `${base}-${n}${extension}`;
  return file;
}
