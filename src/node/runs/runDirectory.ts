import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { RUN_FILES, type RunControl } from '../../core/runs/schema.js';
import { storageError, writeJsonAtomically } from '../files/storage.js';
import { sweepTrash } from './trash.js';

/** Runs folder of a workspace folder. */
export function runsFolderOf(workspaceFolder: string): string {
  return path.join(workspaceFolder, '.masklab', 'runs');
}

/** Folder of the model that a run has trained. */
export function runModelFolder(directory: string): string {
  return path.join(directory, RUN_FILES.model);
}

/**
 * Refuses a run in which a link is in place of a file or folder that a trainer writes or removes: it
 * would do so elsewhere. Throws `UserInput`.
 */
export function refuseLinksIn(directory: string): void {
  for (const name of Object.values(RUN_FILES)) refuseLink(path.join(directory, name));
  for (const name of [RUN_FILES.lock, RUN_FILES.checkpoints]) {
    for (const folder of entriesOf(path.join(directory, name))) {
      refuseLink(folder);
      for (const file of entriesOf(folder)) refuseLink(file);
    }
  }
}

function refuseLink(file: string): void {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() === true) throw inputError(problem('runs.linkInRun', { file }));
}

/** Entries of a folder; none of a file or of a folder that cannot be read. */
function entriesOf(folder: string): string[] {
  try {
    return fs.readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/** Directories of the runs of a runs folder, newest first. */
export async function listRunDirectories(runsFolder: string): Promise<string[]> {
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(runsFolder, { withFileTypes: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(runsFolder, thrown);
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(runsFolder, entry.name))
    .sort()
    .reverse();
}

/** Sends a request to the trainer of a run, which reads it between two steps. */
export async function requestControl(
  directory: string,
  command: RunControl['command'],
): Promise<void> {
  const control: RunControl = { version: 1, command };
  await writeJsonAtomically(path.join(directory, RUN_FILES.control), control);
}

/**
 * Removes runs that were deleted long ago, and leftovers of interrupted creations and of deletions by
 * earlier versions.
 */
export async function sweepRunsFolder(runsFolder: string): Promise<void> {
  await sweepTrash(runsFolder);
  const names = await fs.promises.readdir(runsFolder).catch(() => []);
  const yesterday = Date.now() - 86_400_000;
  for (const name of names.filter((entry) => /^\.(deleted-|.*\.tmp$)/.test(entry))) {
    const leftover = path.join(runsFolder, name);
    const stats = await fs.promises.stat(leftover).catch(() => null);
    if (stats === null || (name.endsWith('.tmp') && stats.mtimeMs > yesterday)) continue;
    // Leftovers that cannot be removed now are tried again the next time.
    await fs.promises.rm(leftover, { recursive: true, force: true }).catch(() => undefined);
  }
}
