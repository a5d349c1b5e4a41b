/** Real English prose for the benchmarks of data. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

/** What documentation is full of and prose is not. */
const NOT_PROSE = /^[\s#>|*+`~<=-]|[|{}<>]|https?:|\]\(|^\s*\d+\./m;
const PROSE = /^[A-Z"'(][^\n]{60,}[.!?:"')]$/;

/**
 * Paragraphs of all text below a folder, as many as make up `megabytes`, the same share of every
 * file; without a folder the example workspace's novel and the prose of the documentation that
 * comes with installed packages.
 */
export function prose(folder: string | null, megabytes: number): string[] {
  const wanted = megabytes * 1e6;
  if (folder !== null) return shareOf(filesBelow(folder, /\.(txt|md)$/i), wanted, paragraphsOf);
  const novel = filesBelow(path.join(root, 'examples/workspace/moby-dick'), /\.txt$/);
  const documentation = filesBelow(path.join(root, 'node_modules'), /\.md$/i);
  const found = shareOf(novel, wanted, paragraphsOf);
  const rest = wanted - found.reduce((sum, text) => sum + text.length, 0);
  const sentences = (text: string): string[] =>
    paragraphsOf(text.replaceAll('\r', ''))
      .map((paragraph) => paragraph.replaceAll('\n', ' '))
      .filter((paragraph) => PROSE.test(paragraph) && !NOT_PROSE.test(paragraph));
  return [...found, ...new Set(shareOf(documentation, rest, sentences))];
}

function shareOf(
  files: readonly string[],
  characters: number,
  paragraphs: (text: string) => string[],
): string[] {
  const found: string[] = [];
  let left = Math.max(0, characters);
  files.forEach((file, i) => {
    let share = left / (files.length - i);
    for (const paragraph of paragraphs(readFileSync(file, 'utf8'))) {
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
