import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import type { HubFile } from '../../core/hub/hubAnswers.js';
import { downloadsOf, totalSize, type NeededFiles } from '../../core/hub/neededFiles.js';
import { fileUrl } from '../../core/hub/hubUrls.js';
import { problem } from '../../core/messages/message.js';
import { storageError, sweepAsides } from '../files/storage.js';
import {
  hasSize,
  markCache,
  placeInSnapshot,
  placesOf,
  pointerOf,
  refuseNewerCache,
  writeAbsent,
  writeRef,
  type Link,
  type RepositoryPlaces,
  unfinishedBlob,
} from './cacheFolder.js';
import { downloadBlob, type StallTimes } from './downloadBlob.js';
import { explained, type RemoteModel } from './hubApi.js';
import type { HubClient } from './hubClient.js';
import { Transfer, type TransferProgress } from './transfer.js';

/** A commit of a model, and the revision by which it was named. */
export type PinnedModel = Pick<RemoteModel, 'repository' | 'revision' | 'commit'>;

export interface ModelDownload {
  readonly client: HubClient;
  readonly model: PinnedModel;
  readonly needed: NeededFiles;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Free bytes of the volume with a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  readonly link?: Link;
  readonly stallTimes?: StallTimes;
  readonly lockPrograms?: readonly string[];
}

export interface DownloadedModel {
  /** The snapshot: a model folder. */
  readonly folder: string;
  readonly commit: string;
  /** Bytes that were missing. */
  readonly downloadedBytes: number;
}

/** Files of a model that are not in the cache, and their bytes. */
export interface MissingFiles {
  readonly files: readonly HubFile[];
  readonly bytes: number;
}

/** Finds the files of a model that are not in the cache yet. */
export async function missingInCache(
  cacheFolder: string,
  { repository, commit }: Pick<PinnedModel, 'repository' | 'commit'>,
  needed: NeededFiles,
): Promise<MissingFiles> {
  const places = placesOf(cacheFolder, repository);
  const files: HubFile[] = [];
  for (const file of downloadsOf(needed)) {
    if (!(await isPresent(places, commit, file))) files.push(file);
  }
  return { files, bytes: totalSize(files) };
}

async function isPresent(
  places: RepositoryPlaces,
  commit: string,
  file: HubFile,
): Promise<boolean> {
  if (await hasSize(path.join(places.blobs, file.oid), file.size)) return true;
  return hasSize(pointerOf(places, commit, file), file.size);
}

/**
 * Downloads the missing files of a model into the shared cache. The snapshot is filled, and the
 * revision points to it, only after all files have arrived.
 *
 * Rejects with `UserInput` if the disk has no room for what is left, the cache was written by a newer
 * version, a checksum is wrong twice or the hub refuses; with `Storage` if writing fails; and with
 * `Cancelled`, after which another call continues.
 */
export async function downloadModel(download: ModelDownload): Promise<DownloadedModel> {
  const { client, model, needed, signal } = download;
  const { repository, commit, revision } = model;
  const { cacheFolder, endpoint } = client.settings;
  refuseNewerCache(cacheFolder);
  const places = placesOf(cacheFolder, repository);
  prepare(cacheFolder, places);
  const missing = await missingInCache(cacheFolder, model, needed);
  await requireSpace(download, places, missing);
  const transfer = new Transfer(missing.bytes, download.onProgress);
  const fresh = new Set<string>();
  for (const file of missing.files) {
    transfer.begin(file.path);
    const isFresh = await explained(client, { repository, revision }, () =>
      downloadBlob({
        ...{ client, file, repository, places, transfer, signal },
        url: fileUrl(endpoint, repository, { commit, path: file.path }),
        ...{ stallTimes: download.stallTimes, lockPrograms: download.lockPrograms },
      }),
    );
    if (isFresh) fresh.add(file.oid);
  }
  const files = downloadsOf(needed);
  for (const [i, file] of files.entries()) {
    // A blob that several files share is moved to the last of them.
    const isShared = files.slice(i + 1).some(({ oid }) => oid === file.oid);
    const isFresh = !isShared && fresh.has(file.oid);
    await placeInSnapshot({ places, commit, file, isFresh, link: download.link });
  }
  writeAbsent(places, commit, needed.absent);
  writeRef(places, revision, commit);
  return {
    folder: path.join(places.snapshots, commit),
    commit,
    downloadedBytes: missing.bytes,
  };
}

function prepare(cacheFolder: string, places: RepositoryPlaces): void {
  try {
    markCache(cacheFolder);
    fs.mkdirSync(places.blobs, { recursive: true });
    sweepAsides(places.blobs);
  } catch (thrown) {
    throw storageError(cacheFolder, thrown);
  }
}

/** Room that is left for other programs. */
const SPARE_BYTES = 1 << 24;

/** Bytes of missing files that have not arrived yet: the beginnings of unfinished files count. */
export async function bytesLeft(
  cacheFolder: string,
  repository: string,
  { files, bytes }: MissingFiles,
): Promise<number> {
  const { blobs } = placesOf(cacheFolder, repository);
  let left = bytes;
  for (const { oid, size } of files) {
    const stats = await fs.promises.stat(unfinishedBlob(blobs, oid)).catch(() => null);
    left -= Math.min(stats?.size ?? 0, size);
  }
  return left;
}

/** Throws `UserInput` if the volume has no room for what is left of a download. */
async function requireSpace(
  { model, client, freeBytes = freeBytesOf }: ModelDownload,
  places: RepositoryPlaces,
  missing: MissingFiles,
): Promise<void> {
  const left = await bytesLeft(client.settings.cacheFolder, model.repository, missing);
  if (left === 0) return;
  const free = await freeBytes(places.blobs);
  if (free >= left + SPARE_BYTES) return;
  throw inputError(
    problem('hub.noSpace', {
      name: model.repository,
      needed: { bytes: left },
      free: { bytes: free },
      folder: client.settings.cacheFolder,
    }),
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await fs.promises.statfs(folder);
  return bavail * bsize;
}
