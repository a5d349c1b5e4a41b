/** A small workspace cut from the examples, so that a run on it takes seconds. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const EXAMPLES = path.join(import.meta.dirname, '../../../examples/workspace');

/** A file with a mask token, for inline fills; its text is ours, not the model's. */
export const NOTES = {
  file: 'notes.md',
  text: '# Notes\n\nThe captain looked at the [MASK] and said nothing.\n',
};

/** Text files below a folder, as relative paths in a stable order. */
function textFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(txt|md)$/.test(name) && statSync(path.join(folder, name)).isFile())
    .sort();
}

/** Writes the beginning of the example texts, cut at a paragraph, and the notes into a folder. */
export function fillWorkspace(folder: string, options: { bytes: number }): string[] {
  const names = textFiles(EXAMPLES).filter((name) => !/readme/i.test(name));
  const share = Math.ceil(options.bytes / Math.min(names.length, 3));
  const written: string[] = [];
  let left = options.bytes;
  for (const name of names) {
    if (left <= 0) break;
    const text = readFileSync(path.join(EXAMPLES, name), 'utf8');
    const end = text.lastIndexOf('\n', Math.min(share, left));
    const part = end > 0 && end < text.length ? text.slice(0, end + 1) : text;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), part);
    left -= part.length;
    written.push(name);
  }
  writeFileSync(path.join(folder, NOTES.file), NOTES.text);
  return written;
}
