import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import type { HubFile } from '../../core/hub/hubAnswers.js';
import { isCommit, repositoryFolder } from '../../core/hub/repository.js';
import { problem } from '../../core/messages/message.js';
import { copyRegular, readTextSync } from '../files/regularFile.js';
import {
  asideOf,
  renameWithRetries,
  storageError,
  writeFileAtomicallySync,
} from '../files/storage.js';

/** Places of one repository in the cache that `huggingface_hub` specifies. */
export interface RepositoryPlaces {
  readonly folder: string;
  readonly blobs: string;
  readonly locks: string;
  readonly snapshots: string;
  readonly refs: string;
  readonly noExist: string;
}

export function placesOf(cacheFolder: string, repository: string): RepositoryPlaces {
  const name = repositoryFolder(repository);
  const folder = path.join(cacheFolder, name);
  return {
    folder,
    blobs: path.join(folder, 'blobs'),
    locks: path.join(cacheFolder, '.locks', name),
    snapshots: path.join(folder, 'snapshots'),
    refs: path.join(folder, 'refs'),
    noExist: path.join(folder, '.no_exist'),
  };
}

/** File in which a blob arrives, as `huggingface_hub` names it. */
export function unfinishedBlob(blobs: string, oid: string): string {
  return path.join(blobs, `${oid}.incomplete`);
}

/** Version of the layout that is written here. */
const CACHE_VERSION = 1;
const MAX_SMALL_BYTES = 1024;

/** Throws `UserInput` if a newer version has written the cache: its layout may be another one. */
export function refuseNewerCache(cacheFolder: string): void {
  let text: string;
  try {
    text = readTextSync(path.join(cacheFolder, 'version.txt'), MAX_SMALL_BYTES).trim();
  } catch {
    // Caches of the present version have no such file.
    return;
  }
  const version = /^\d+/.exec(text)?.[0];
  if (version === undefined || Number(version) <= CACHE_VERSION) return;
  throw inputError(problem('hub.newerCache', { folder: cacheFolder, version: text.slice(0, 40) }));
}

/** Commit that a branch or tag had when it was last downloaded; `null` if it never was. */
export function commitOfRef({ refs }: RepositoryPlaces, revision: string): string | null {
  if (isCommit(revision)) return revision;
  try {
    const file = path.join(refs, ...revision.split('/'));
    const commit = readTextSync(file, MAX_SMALL_BYTES).trim();
    return isCommit(commit) ? commit : null;
  } catch {
    return null;
  }
}

/** Records the commit of a branch or tag. */
export function writeRef({ refs }: RepositoryPlaces, revision: string, commit: string): void {
  if (isCommit(revision)) return;
  const file = path.join(refs, ...revision.split('/'));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  writeFileAtomicallySync(file, commit);
}

/** Records files that a commit lacks, so that Python's tools need not ask for them. */
export function writeAbsent(
  { noExist }: RepositoryPlaces,
  commit: string,
  names: readonly string[],
): void {
  const folder = path.join(noExist, commit);
  fs.mkdirSync(folder, { recursive: true });
  for (const name of names) fs.closeSync(fs.openSync(path.join(folder, name), 'a'));
}

/** Marks the cache as such for backup tools (https://bford.info/cachedir/), as Python's tools do. */
export function markCache(cacheFolder: string): void {
  fs.mkdirSync(cacheFolder, { recursive: true });
  const tag = path.join(cacheFolder, 'CACHEDIR.TAG');
  if (!fs.existsSync(tag)) writeFileAtomicallySync(tag, `${CACHE_TAG}\n`);
}

const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55';

/** Path of a file of a snapshot. */
export function pointerOf(
  { snapshots }: RepositoryPlaces,
  commit: string,
  file: Pick<HubFile, 'path'>,
): string {
  return path.join(snapshots, commit, ...file.path.split('/'));
}

/** Whether a file is complete: files are put in place only after their checksums were compared. */
export async function hasSize(file: string, size: number): Promise<boolean> {
  try {
    const stats = await fs.promises.stat(file);
    return stats.isFile() && stats.size === size;
  } catch {
    return false;
  }
}

/** Creates a link. Rejects where the volume or the system has none. */
export type Link = (target: string, file: string) => Promise<void>;

const link: Link = (target, file) => fs.promises.symlink(target, file);

export interface PlaceOptions {
  readonly places: RepositoryPlaces;
  readonly commit: string;
  readonly file: HubFile;
  /** Whether this download made the blob; without links, such a blob is moved and others are copied. */
  readonly isFresh: boolean;
  readonly link?: Link | undefined;
}

/** Puts a blob into a snapshot: as a relative link, or as a file where there are no links. */
export async function placeInSnapshot(options: PlaceOptions): Promise<void> {
  const { places, commit, file, isFresh } = options;
  const pointer = pointerOf(places, commit, file);
  const blob = path.join(places.blobs, file.oid);
  if (await hasSize(pointer, file.size)) return;
  const aside = asideOf(pointer);
  try {
    await fs.promises.mkdir(path.dirname(pointer), { recursive: true });
    try {
      await (options.link ?? link)(path.relative(path.dirname(pointer), blob), aside);
    } catch {
      if (isFresh) {
        await renameWithRetries(blob, pointer);
        return;
      }
      await copyRegular(blob, aside);
    }
    await renameWithRetries(aside, pointer);
  } catch (thrown) {
    await fs.promises.rm(aside, { force: true });
    throw storageError(pointer, thrown);
  }
}
