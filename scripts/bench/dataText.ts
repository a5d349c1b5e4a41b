/** Real English prose for the benchmarks of data. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

/** Shorter paragraphs of documentation are headings and entries of lists. */
const LEAST_LENGTH = 60;
/** Share of letters, spaces and commas below which a paragraph is more code than prose. */
const LEAST_LETTERS = 0.85;
const DOCUMENTATION =
  /\.(md|markdown|d\.[cm]?ts)$|(^|[\\/])(licen[sc]e|changelog|readme|notice)[^\\/.]*(\.txt)?$/i;

/** Source of the text, for reports. */
export function sourceOf(folder: string | null): string {
  if (folder !== null) return `text below ${path.basename(folder)}`;
  return "the example workspace's novel, then documentation of installed packages: pages, licences and comments of type declarations";
}

/**
 * Paragraphs of all text below a folder, as many as make up `megabytes`, the same share of every
 * file; without a folder the example workspace's novel and the prose of the documentation that
 * comes with installed packages, none of it twice.
 */
export function prose(folder: string | null, megabytes: number): string[] {
  const wanted = megabytes * 1e6;
  if (folder !== null) return shareOf(filesBelow(folder, /\.(txt|md)$/i), wanted, paragraphsOf);
  const novel = filesBelow(path.join(root, 'examples/workspace/moby-dick'), /\.txt$/);
  const documentation = filesBelow(path.join(root, 'node_modules'), DOCUMENTATION);
  const found = shareOf(novel, wanted, paragraphsOf);
  const rest = wanted - found.reduce((sum, text) => sum + text.length, 0);
  const known = new Set(found);
  const unknown = (text: string, file: string): string[] =>
    documentationOf(text, file).filter((paragraph) => {
      const isNew = !known.has(paragraph);
      known.add(paragraph);
      return isNew;
    });
  return [...found, ...shareOf(documentation, rest, unknown)];
}

/** The prose of a page, or of the comments in a file of type declarations. */
function documentationOf(text: string, file: string): string[] {
  const plain = text.replaceAll('\r', '');
  const pages = file.endsWith('ts')
    ? Array.from(plain.matchAll(/\/\*\*(.*?)\*\//gs), ([, comment]) =>
        comment!.replaceAll(/^\s*\*? ?/gm, ''),
      )
    : [plain];
  return pages.flatMap(paragraphsOf).filter(isProse);
}

function isProse(paragraph: string): boolean {
  const letters = paragraph.match(/[A-Za-z,.' ]/g)?.length ?? 0;
  return paragraph.length >= LEAST_LENGTH && letters >= LEAST_LETTERS * paragraph.length;
}

function shareOf(
  files: readonly string[],
  characters: number,
  paragraphs: (text: string, file: string) => string[],
): string[] {
  const found: string[] = [];
  let left = Math.max(0, characters);
  files.forEach((file, i) => {
    let share = left / (files.length - i);
    for (const paragraph of paragraphs(readFileSync(file, 'utf8'), file)) {
      if (share <= 0) break;
      found.push(paragraph);
      share -= paragraph.length;
      left -= paragraph.length;
    }
  });
  return found;
}

function paragraphsOf(text: string): string[] {
  return text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');
}

function filesBelow(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) throw new Error(`${folder} does not exist`);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())
    .sort();
}
