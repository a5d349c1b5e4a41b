import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { problemOf as problemOfError, toAppErrorData } from '../../../core/errors.js';
import { ENGLISH, renderProblem } from '../../../core/messages/render.js';
import { unreadable } from './fileErrors.js';
import { IgnoreRules } from './ignoreRules.js';

export interface FileTreeOptions {
  readonly workspaceFolder: string;
  /** Whether a folder or file, by its absolute path, is to be passed over. */
  readonly isExcluded: (absolute: string) => boolean;
  /** Hears of folders below that cannot be read. */
  readonly onSkipped: (folder: string, reason: string) => void;
}

const SKIPPED_FOLDERS = new Set(['node_modules']);

/**
 * The files below a folder, but for what is hidden, in `node_modules`, excluded, or named by a
 * `.gitignore`. Links are not followed. Throws `Data` for a folder that cannot be read.
 */
export async function* filesBelow(
  folder: string,
  options: FileTreeOptions,
): AsyncGenerator<string> {
  const rules = await IgnoreRules.of(folder, options.workspaceFolder);
  yield* walk(folder, await entriesOf(folder), { rules, options });
}

async function* walk(
  folder: string,
  entries: readonly Dirent[],
  { rules, options }: { rules: IgnoreRules; options: FileTreeOptions },
): AsyncGenerator<string> {
  for (const entry of entries) {
    const absolute = path.join(folder, entry.name);
    const isFolder = entry.isDirectory();
    if (entry.name.startsWith('.') || (!isFolder && !entry.isFile())) continue;
    if (isFolder && SKIPPED_FOLDERS.has(entry.name)) continue;
    if (options.isExcluded(absolute) || rules.leavesOut(absolute, { isFolder })) continue;
    if (!isFolder) yield absolute;
    else {
      const inner = await entriesOf(absolute).catch((thrown: unknown) => {
        options.onSkipped(absolute, problemOf(thrown));
        return [];
      });
      yield* walk(absolute, inner, { rules: await rules.within(absolute), options });
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

function problemOf(thrown: unknown): string {
  const error = toAppErrorData(thrown);
  return error.code === 'Data'
    ? renderProblem(problemOfError(error), ENGLISH).message
    : 'cannot be read';
}
