import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { isSafePath, type HubFile } from '../../core/hub/hubAnswers.js';
import { downloadsOf, WEIGHT_FORMS, type NeededFiles } from '../../core/hub/neededFiles.js';
import { isCommit, isRepository, isRevision, repositoryFolder } from '../../core/hub/repository.js';
import { parseJsonText } from '../../core/jsonText.js';
import { processTokenSchema } from '../../core/runs/processToken.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomically } from '../files/storage.js';
import { lookFor, tokenOf } from '../runs/processes.js';
import { lockBlob } from './blobLock.js';
import { placesOf, unfinishedBlob } from './cacheFolder.js';
import type { PinnedModel } from './downloadModel.js';

const fileSchema = z.object({
  path: z.string().refine(isSafePath),
  size: z.int().min(0),
  oid: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
});

/** A download that has begun and is not finished, as it is kept over restarts. */
const downloadRecordSchema = z.object({
  version: z.literal(1),
  repository: z.string().refine(isRepository),
  revision: z.string().refine(isRevision),
  commit: z.string().refine(isCommit),
  needed: z.object({
    config: fileSchema.nullable(),
    tokenizer: fileSchema.nullable(),
    form: z.enum(WEIGHT_FORMS).nullable(),
    weights: z.array(fileSchema).max(10_000),
    companions: z.array(fileSchema).max(100),
    absent: z.array(z.string().refine(isSafePath)).max(100),
    pickle: z.string().nullable(),
  }),
  /** Process that downloads; `null` while a person has paused it. */
  process: processTokenSchema.nullable(),
});

/** A commit of a model, and the files to download of it. */
export interface UnfinishedModel extends PinnedModel {
  readonly needed: NeededFiles;
}

/**
 * State of an unfinished download: `paused` by a person, `interrupted` with its process, or continuing in
 * a process `elsewhere`.
 */
export type RecordState = 'paused' | 'interrupted' | 'elsewhere';

const MAX_BYTES = 1 << 22;

/** Records of unfinished downloads: one file for each, in a folder of this installation. */
export class DownloadRecords {
  constructor(private readonly folder: string) {}

  /** All records that can be read, with their states. */
  async list(): Promise<{ readonly model: UnfinishedModel; readonly state: RecordState }[]> {
    const names = await fs.promises.readdir(this.folder).catch(() => []);
    const records = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.read(name)),
    );
    return records.filter((record) => record !== null);
  }

  /** Records that this process downloads a model, or that a person has paused it. */
  async write(model: UnfinishedModel, state: 'active' | 'paused'): Promise<void> {
    await fs.promises.mkdir(this.folder, { recursive: true });
    const { repository, revision, commit, needed } = model;
    const token = state === 'active' ? await tokenOf(process.pid, this.folder) : null;
    await writeJsonAtomically(this.fileOf(model), {
      ...{ version: 1, repository, revision, commit, needed, process: token },
    });
  }

  async remove(model: Pick<UnfinishedModel, 'repository' | 'commit'>): Promise<void> {
    await fs.promises.rm(this.fileOf(model), { force: true });
  }

  private async read(
    name: string,
  ): Promise<{ readonly model: UnfinishedModel; readonly state: RecordState } | null> {
    try {
      const text = await readText(path.join(this.folder, name), MAX_BYTES);
      const record = downloadRecordSchema.parse(parseJsonText(text));
      const { repository, revision, commit, needed, process: token } = record;
      const model = { repository, revision, commit, needed };
      if (token === null) return { model, state: 'paused' };
      const sighting = await lookFor(token, this.folder);
      const isGone = sighting === 'gone' || sighting === 'presumedGone';
      return { model, state: isGone ? 'interrupted' : 'elsewhere' };
    } catch {
      // A file of another version, or one that was damaged: the download can be started again.
      return null;
    }
  }

  private fileOf({ repository, commit }: Pick<UnfinishedModel, 'repository' | 'commit'>): string {
    return path.join(this.folder, `${repositoryFolder(repository)}@${commit}.json`);
  }
}

const LOCK_MILLISECONDS = 1000;

/**
 * Removes the beginnings of files that a download has left, but for those that another process
 * downloads, and the folders of the model if nothing else is in them.
 */
export async function discardUnfinished(
  cacheFolder: string,
  { repository, needed }: Pick<UnfinishedModel, 'repository' | 'needed'>,
): Promise<void> {
  const places = placesOf(cacheFolder, repository);
  for (const file of downloadsOf(needed)) await discardBlob(places, file);
  for (const folder of [places.blobs, places.snapshots, places.refs, places.folder]) {
    // Fails, as it should, for a folder that is not empty.
    await fs.promises.rmdir(folder).catch(() => undefined);
  }
}

async function discardBlob(places: ReturnType<typeof placesOf>, { oid }: HubFile): Promise<void> {
  const unfinished = unfinishedBlob(places.blobs, oid);
  const isThere = await fs.promises.stat(unfinished).catch(() => null);
  if (isThere === null) return;
  try {
    const signal = AbortSignal.timeout(LOCK_MILLISECONDS);
    const lock = await lockBlob(path.join(places.locks, `${oid}.lock`), { signal });
    await fs.promises.rm(unfinished, { force: true });
    await lock.release();
  } catch {
    // Another process has the lock and needs the file.
  }
}
