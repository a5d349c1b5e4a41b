import fs from 'node:fs';
import path from 'node:path';
import {
  savedComparisonSchema,
  type SavedComparison,
} from '../../core/experiments/compare/compareView.js';
import { parseJsonText } from '../../core/jsonText.js';
import { keyHash } from '../../core/random.js';
import { slugify } from '../../core/runs/runId.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomically } from '../files/storage.js';

/** A comparison of thousands of runs. */
const MAX_BYTES = 4_000_000;
const MAX_FILES = 1000;
const EXTENSION = '.json';
const HASH_DIGITS = 6;

/** Folder of the saved comparisons of a workspace folder. */
export function comparisonsFolderOf(workspaceFolder: string): string {
  return path.join(workspaceFolder, '.masklab', 'views');
}

/** Saved comparisons of a workspace folder, by name. Files that hold none are left out. */
export async function listComparisons(workspaceFolder: string): Promise<SavedComparison[]> {
  const folder = comparisonsFolderOf(workspaceFolder);
  const names = await fs.promises.readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(EXTENSION)).slice(0, MAX_FILES);
  const read = await Promise.all(files.map((name) => readComparison(path.join(folder, name))));
  return read
    .filter((comparison) => comparison !== null)
    .sort((a, b) => a.name.localeCompare(b.name));
}

async function readComparison(file: string): Promise<SavedComparison | null> {
  try {
    return savedComparisonSchema.parse(parseJsonText(await readText(file, MAX_BYTES)));
  } catch {
    return null;
  }
}

/** Saves a comparison under its name; one of that name is replaced. Rejects with `Storage`. */
export async function saveComparison(
  workspaceFolder: string,
  comparison: SavedComparison,
): Promise<string> {
  const folder = comparisonsFolderOf(workspaceFolder);
  await fs.promises.mkdir(folder, { recursive: true });
  const file = path.join(folder, fileNameOf(comparison.name));
  await writeJsonAtomically(file, comparison);
  return file;
}

/** Names that read alike without accents, or in another script, have other files. */
function fileNameOf(name: string): string {
  return `${slugify(name)}-${keyHash(name).slice(0, HASH_DIGITS)}${EXTENSION}`;
}
