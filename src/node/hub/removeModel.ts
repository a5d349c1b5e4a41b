import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { isCommit, referenceText, type ModelReference } from '../../core/hub/repository.js';
import { problem } from '../../core/messages/message.js';
import { storing } from '../files/storage.js';
import { snapshotsOf, type CachedSnapshot } from './cachedModels.js';
import { commitOfRef, placesOf, refuseNewerCache, type RepositoryPlaces } from './cacheFolder.js';

/** Snapshots to remove from the shared cache, and what that frees. */
export interface Removal {
  readonly places: RepositoryPlaces;
  readonly snapshots: readonly CachedSnapshot[];
  /** Files that nothing else uses. */
  readonly files: readonly string[];
  readonly freedBytes: number;
  /** Bytes of files that other revisions of the model use, and that are kept. */
  readonly sharedBytes: number;
  /** Whether nothing of the model is left. */
  readonly isWhole: boolean;
}

/**
 * Plans to remove a revision of a model, or all of them. Throws `UserInput` if the cache has none, or
 * was written by a newer version.
 */
export function planRemoval(cacheFolder: string, reference: ModelReference): Removal {
  refuseNewerCache(cacheFolder);
  const { repository, revision } = reference;
  const places = placesOf(cacheFolder, repository);
  const all = snapshotsOf(cacheFolder, repository);
  const commit = revision === null ? null : commitOfRef(places, revision);
  const snapshots = revision === null ? all : all.filter((one) => one.commit === commit);
  if (snapshots.length === 0) {
    const name = referenceText(reference);
    throw inputError(problem('hub.notInCache', { name, folder: cacheFolder }));
  }
  const isWhole = snapshots.length === all.length;
  const kept = sizesOf(
    places,
    all.filter((one) => !snapshots.includes(one)),
  );
  const removed = sizesOf(places, snapshots);
  const files = [...removed.keys()].filter((file) => !kept.has(file));
  const unfinished = isWhole ? unfinishedIn(places) : new Map<string, number>();
  const sum = (names: Iterable<string>, sizes: ReadonlyMap<string, number>): number =>
    [...names].reduce((bytes, name) => bytes + (sizes.get(name) ?? 0), 0);
  return {
    ...{ places, snapshots, files, isWhole },
    freedBytes: sum(files, removed) + sum(unfinished.keys(), unfinished),
    sharedBytes: sum(
      [...removed.keys()].filter((file) => kept.has(file)),
      removed,
    ),
  };
}

/** Carries out a removal: references first, so that no revision points to missing files. */
export function remove({ places, snapshots, files, isWhole }: Removal): void {
  storing(places.folder, () => {
    for (const { commit, revisions, folder } of snapshots) {
      for (const revision of revisions.filter((one) => !isCommit(one))) {
        fs.rmSync(path.join(places.refs, ...revision.split('/')), { force: true });
      }
      fs.rmSync(folder, { recursive: true, force: true });
      fs.rmSync(path.join(places.noExist, commit), { recursive: true, force: true });
    }
    if (isWhole) {
      fs.rmSync(places.folder, { recursive: true, force: true });
      fs.rmSync(places.locks, { recursive: true, force: true });
    } else for (const file of files) fs.rmSync(file, { force: true });
  });
}

/** Sizes of the files of snapshots by their real paths, but for links that lead out of the model's folder. */
function sizesOf(
  { folder }: RepositoryPlaces,
  snapshots: readonly CachedSnapshot[],
): Map<string, number> {
  const inside = fs.realpathSync(folder) + path.sep;
  const files = snapshots.flatMap((snapshot) => snapshot.files);
  return new Map(
    files.filter(({ real }) => real.startsWith(inside)).map(({ real, bytes }) => [real, bytes]),
  );
}

/** Beginnings of blobs whose download was never finished. */
function unfinishedIn({ blobs }: RepositoryPlaces): Map<string, number> {
  const names = fs.existsSync(blobs) ? fs.readdirSync(blobs) : [];
  return new Map(
    names
      .filter((name) => name.endsWith('.incomplete'))
      .map((name) => [name, fs.statSync(path.join(blobs, name)).size]),
  );
}
