import path from 'node:path';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { candidateWords } from '../../core/predict/candidateWords.js';
import { proseOf } from '../../core/text/prose/prose.js';
import { LANGUAGE_OF_EXTENSION } from '../../core/text/prose/textLanguages.js';
import { readText } from '../files/regularFile.js';
import { Pace } from '../runtime/pace.js';
import { filesBelow } from './readers/fileTree.js';
import { matcherOf } from './readers/globs.js';

/** Bounds of one listing. */
const MOST = {
  /** Files of any kind that are passed. */
  passed: 50_000,
  files: 2000,
  bytesOfFile: 2 ** 20,
  characters: 32_000_000,
  distinctWords: 200_000,
};

export interface WordCount {
  readonly word: string;
  readonly count: number;
}

export interface ListWordsOptions {
  /** Folders to search; files that are hidden, ignored by git, excluded or in `node_modules` are skipped. */
  readonly folders: readonly Pick<DataSelection, 'workspaceFolder' | 'exclude'>[];
  /** Words to leave out, in small letters. */
  readonly known: ReadonlySet<string>;
  /** Most words. */
  readonly most: number;
}

/**
 * Lists the words of the text files of folders, most frequent first. Reads at most 2,000 files of up to
 * 1 MB, and no more than 32 million characters. Files that cannot be read are skipped. Throws
 * `Cancelled`, `Data` for a folder that cannot be read, and `UserInput` for an unusable glob.
 */
export async function listWords(
  { folders, known, most }: ListWordsOptions,
  signal?: AbortSignal,
): Promise<WordCount[]> {
  const pace = new Pace(signal);
  const counts = new Map<string, number>();
  const left = { passed: MOST.passed, files: MOST.files, characters: MOST.characters };
  for (const { workspaceFolder, exclude } of folders) {
    const files = filesBelow(workspaceFolder, {
      workspaceFolder,
      isExcluded: matcherOf(exclude, workspaceFolder),
      onSkipped: () => undefined,
      onOwn: () => undefined,
    });
    for await (const file of files) {
      if (pace.isOver) await pace.turn();
      if (left.passed-- === 0) break;
      const language = LANGUAGE_OF_EXTENSION[path.extname(file).toLowerCase()];
      if (language === undefined) continue;
      if (left.files-- === 0 || left.characters <= 0) break;
      const text = await readText(file, MOST.bytesOfFile).catch(() => '');
      if (text.includes('\0')) continue;
      left.characters -= text.length;
      for (const word of candidateWords(proseOf(text, language, 'comments'))) {
        const count = counts.get(word);
        const isFull = count === undefined && counts.size === MOST.distinctWords;
        if (!isFull && !known.has(word.toLowerCase())) counts.set(word, (count ?? 0) + 1);
      }
    }
  }
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, most);
}
