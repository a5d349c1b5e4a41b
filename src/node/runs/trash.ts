import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { renameWithRetries, storageError } from '../files/storage.js';

/**
 * Folder of deleted runs, inside the runs folder: that can be a link to another disk, and a run is
 * deleted and restored by one rename. Each deletion has a folder named by its time.
 */
const TRASH = '.trash';
const STAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

/** Deleted runs are kept for this long. */
export const TRASH_DAYS = 7;
const KEPT_MILLISECONDS = TRASH_DAYS * 86_400_000;

/** A run in the trash. */
export interface DeletedRun {
  readonly id: string;
  /** Its directory in the trash. */
  readonly directory: string;
  readonly deletedAt: Date;
}

/** Moves a run to the trash of its runs folder. Rejects with `Storage`. */
export async function moveToTrash(directory: string, now = new Date()): Promise<DeletedRun> {
  const id = path.basename(directory);
  const folder = path.join(path.dirname(directory), TRASH, stampOf(now));
  const deleted = { id, directory: path.join(folder, id), deletedAt: now };
  try {
    await fs.promises.mkdir(folder, { recursive: true });
    await renameWithRetries(directory, deleted.directory);
  } catch (thrown) {
    throw storageError(directory, thrown);
  }
  return deleted;
}

/**
 * Moves a deleted run back and resolves to its directory. Rejects with `UserInput` if the run is no
 * longer in the trash or there is another one in its place, and with `Storage`.
 */
export async function restoreFromTrash({ id, directory }: DeletedRun): Promise<string> {
  const restored = path.join(path.dirname(directory), '../..', id);
  if (!fs.existsSync(directory)) throw inputError(problem('run.notInTrash', { id }));
  if (fs.existsSync(restored)) {
    throw inputError(problem('run.placeTaken', { id, directory: restored }));
  }
  try {
    await renameWithRetries(directory, restored);
    await removeIfEmpty(path.dirname(directory));
  } catch (thrown) {
    throw storageError(directory, thrown);
  }
  return restored;
}

/** Runs in the trash of a runs folder, the last deleted first. */
export async function listTrash(runsFolder: string): Promise<DeletedRun[]> {
  const runs: DeletedRun[] = [];
  for (const { folder, deletedAt } of await deletionsIn(runsFolder)) {
    for (const entry of await foldersIn(folder)) {
      runs.push({ id: entry, directory: path.join(folder, entry), deletedAt });
    }
  }
  return runs.sort((a, b) => b.deletedAt.getTime() - a.deletedAt.getTime());
}

/** Removes the runs in the trash for good. Rejects with `Storage`. */
export async function emptyTrash(runsFolder: string): Promise<void> {
  for (const { folder } of await deletionsIn(runsFolder)) {
    try {
      await fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (thrown) {
      throw storageError(folder, thrown);
    }
  }
}

/** Removes runs that were deleted long ago; those that cannot be removed are tried again later. */
export async function sweepTrash(runsFolder: string, now = new Date()): Promise<void> {
  for (const { folder, deletedAt } of await deletionsIn(runsFolder)) {
    if (now.getTime() - deletedAt.getTime() < KEPT_MILLISECONDS) continue;
    await fs.promises.rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** `20261129T011500000Z` */
function stampOf(time: Date): string {
  return time.toISOString().replaceAll(/[-:.]/g, '');
}

interface Deletion {
  readonly folder: string;
  readonly deletedAt: Date;
}

async function deletionsIn(runsFolder: string): Promise<Deletion[]> {
  const trash = path.join(runsFolder, TRASH);
  // What a link leads to is not ours to remove.
  const stats = await fs.promises.lstat(trash).catch(() => null);
  if (stats?.isDirectory() !== true) return [];
  return (await foldersIn(trash)).flatMap((name) => {
    if (!STAMP.test(name)) return [];
    const deletedAt = new Date(name.replace(STAMP, '$1-$2-$3T$4:$5:$6.$7Z'));
    return Number.isNaN(deletedAt.getTime()) ? [] : [{ folder: path.join(trash, name), deletedAt }];
  });
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function removeIfEmpty(folder: string): Promise<void> {
  await fs.promises.rmdir(folder).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw thrown;
  });
}
