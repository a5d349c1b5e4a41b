import fs from 'node:fs';
import path from 'node:path';
import { isRepository, snapshotOf } from '../../core/hub/repository.js';
import type { HubPin } from '../../core/models/inspectedModel.js';
import { modelFiles } from '../models/modelFiles.js';
import { placesOf } from './cacheFolder.js';
import { hubSettings } from './hubSettings.js';

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Commit and hashes of a model folder in the shared cache; `null` for any other folder. */
export function hubPinOf(folder: string): HubPin | null {
  const snapshot = snapshotOf(folder);
  if (snapshot === null) return null;
  const { config, tokenizer, weights } = modelFiles(folder);
  const hashes = [config, tokenizer, ...weights].flatMap((name) => {
    const oid = blobOf(path.join(folder, name));
    return oid === null ? [] : [[name, oid] as const];
  });
  return { ...snapshot, files: Object.fromEntries(hashes) };
}

/** Hash in the name of the blob that a file links to; `null` for other files. */
function blobOf(file: string): string | null {
  try {
    const name = path.basename(fs.readlinkSync(file));
    return OID.test(name) ? name : null;
  } catch {
    return null;
  }
}

/** Folder of a commit in the shared cache of this machine; `null` if it is not there. */
export function hubSnapshotFolder({ repository, commit }: HubPin): string | null {
  if (!isRepository(repository)) return null;
  const { snapshots } = placesOf(hubSettings().cacheFolder, repository);
  const folder = path.join(snapshots, commit);
  return fs.existsSync(folder) ? folder : null;
}
