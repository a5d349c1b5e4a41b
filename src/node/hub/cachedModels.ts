import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import {
  DEFAULT_REVISION,
  isCommit,
  referenceText,
  repositoryOfFolder,
  type ModelReference,
} from '../../core/hub/repository.js';
import { problem } from '../../core/messages/message.js';
import { modelFiles } from '../models/modelFiles.js';
import { commitOfRef, placesOf } from './cacheFolder.js';

/** Model folder of a name in the shared cache, found without the network. Throws `UserInput`. */
export function cachedModelFolder(cacheFolder: string, reference: ModelReference): string {
  const name = referenceText(reference);
  const places = placesOf(cacheFolder, reference.repository);
  const commit = commitOfRef(places, reference.revision ?? DEFAULT_REVISION);
  const folder = commit === null ? null : path.join(places.snapshots, commit);
  if (folder === null || !fs.existsSync(folder)) {
    throw inputError(problem('hub.notDownloaded', { name, folder: cacheFolder }));
  }
  const missing = missingFile(folder);
  if (missing !== null) throw inputError(problem('hub.incomplete', { name, file: missing }));
  return folder;
}

/** First file that a snapshot lacks, as after a download of its configuration alone; `null` if none. */
export function missingFile(folder: string): string | null {
  const isThere = (name: string): boolean => fs.existsSync(path.join(folder, name));
  if (!isThere('config.json')) return 'config.json';
  const { config, tokenizer, weights } = modelFiles(folder);
  return [config, tokenizer, ...weights].find((name) => !isThere(name)) ?? null;
}

/** A file of a snapshot. */
export interface CachedFile {
  /** Relative to the snapshot, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Real path; the blob, unless the file itself is in the snapshot. */
  readonly real: string;
}

/** One commit of a model in the shared cache. */
export interface CachedSnapshot {
  readonly repository: string;
  readonly commit: string;
  /** Branches and tags that point to it. */
  readonly revisions: readonly string[];
  readonly folder: string;
  readonly files: readonly CachedFile[];
}

/** Levels of folders in a snapshot or of names in `refs`. */
const DEEPEST = 8;

/** All snapshots of models in the shared cache. Folders of other kinds, and of other tools, are skipped. */
export function cachedSnapshots(cacheFolder: string): CachedSnapshot[] {
  return namesIn(cacheFolder).flatMap((name) => {
    const repository = repositoryOfFolder(name);
    return repository === null ? [] : snapshotsOf(cacheFolder, repository);
  });
}

/** Snapshots of one model. */
export function snapshotsOf(cacheFolder: string, repository: string): CachedSnapshot[] {
  const places = placesOf(cacheFolder, repository);
  const refs = filesIn(places.refs).map(({ path: name }) => name);
  return namesIn(places.snapshots)
    .filter(isCommit)
    .map((commit) => ({
      repository,
      commit,
      revisions: refs.filter((name) => commitOfRef(places, name) === commit).sort(),
      folder: path.join(places.snapshots, commit),
      files: filesIn(path.join(places.snapshots, commit)),
    }));
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function filesIn(folder: string, depth = 0): CachedFile[] {
  if (depth > DEEPEST) return [];
  return namesIn(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const isFolder = fs.lstatSync(file).isDirectory();
    if (isFolder) {
      return filesIn(file, depth + 1).map((inner) => ({ ...inner, path: `${name}/${inner.path}` }));
    }
    try {
      const real = fs.realpathSync(file);
      const stats = fs.statSync(real);
      return stats.isFile() ? [{ path: name, bytes: stats.size, real }] : [];
    } catch {
      // A link whose blob was removed.
      return [];
    }
  });
}
