import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { AppError } from '../../../core/errors.js';
import { unreadable } from './fileErrors.js';
import { ownOutputsIn } from './ownOutputs.js';
import { IgnoreRules } from './ignoreRules.js';

export interface FileTreeOptions {
  readonly workspaceFolder: string;
  /** Whether to skip a folder or file, by its absolute path. */
  readonly isExcluded: (absolute: string) => boolean;
  /** Called for each subfolder that cannot be read. */
  readonly onSkipped: (folder: string, error: AppError) => void;
  /** Called for each file and run folder that Masklab wrote, which is skipped. */
  readonly onOwn: (absolute: string, kind: 'run' | 'file') => void;
}

const SKIPPED_FOLDERS = new Set(['node_modules']);

/**
 * Files below a folder, except files that are hidden, in `node_modules`, excluded, ignored by a
 * `.gitignore`, or written by Masklab. Links are not followed. Throws `Data` if the folder cannot be read.
 */
export async function* filesBelow(
  folder: string,
  options: FileTreeOptions,
): AsyncGenerator<string> {
  const rules = await IgnoreRules.of(folder, options.workspaceFolder);
  yield* walk(openFolder(folder, await entriesOf(folder), { rules, options }), options);
}

/** A folder of the walk, with the entries that are still to come. */
interface OpenFolder {
  readonly folder: string;
  readonly entries: Iterator<Dirent, undefined>;
  readonly rules: IgnoreRules;
  readonly own: ReturnType<typeof ownOutputsIn>;
}

/** A folder to walk, or `null` for one of a run. */
function openFolder(
  folder: string,
  entries: readonly Dirent[],
  { rules, options }: { rules: IgnoreRules; options: FileTreeOptions },
): OpenFolder | null {
  const own = ownOutputsIn(folder, entries);
  if (!own.isRun) return { folder, entries: entries.values(), rules, own };
  options.onOwn(folder, 'run');
  return null;
}

/** Without recursion, since folders can be nested deeper than calls. */
async function* walk(start: OpenFolder | null, options: FileTreeOptions): AsyncGenerator<string> {
  const open = start === null ? [] : [start];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const { folder, entries, rules, own } = level;
    const entry = entries.next().value;
    if (entry === undefined) {
      open.pop();
      continue;
    }
    const absolute = path.join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (entry.name.startsWith('.') || (!isFolder && !entry.isFile())) continue;
    if (isFolder && SKIPPED_FOLDERS.has(entry.name)) continue;
    if (options.isExcluded(absolute) || rules.leavesOut(absolute, { isFolder })) continue;
    if (!isFolder) {
      if (await own.holds(entry.name)) options.onOwn(absolute, 'file');
      else yield absolute;
    } else {
      const inner = await entriesOf(absolute).catch((thrown: unknown) => {
        options.onSkipped(absolute, unreadable(absolute, thrown));
        return [];
      });
      const below = openFolder(absolute, inner, { rules: await rules.within(absolute), options });
      if (below !== null) open.push(below);
    }
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    throw unreadable(folder, thrown);
  }
}
