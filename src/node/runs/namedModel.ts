import fs from 'node:fs';
import path from 'node:path';
import { modelReferenceIn } from '../../core/hub/repository.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { cachedModelFolder } from '../hub/cachedModels.js';
import { hubSettings } from '../hub/hubSettings.js';
import { runModelFolder } from './runDirectory.js';

/**
 * Folder of a model that is named by a path relative to `base`: a model folder or a run folder; or, if
 * there is no such folder, by `organization/name[@revision]` for a model of the shared cache. Nothing
 * is downloaded. Throws `UserInput` for a name of a model that the cache lacks.
 */
export function namedModelFolder(given: string, base: string): string {
  const folder = path.resolve(base, given);
  const reference = fs.existsSync(folder) ? null : modelReferenceIn(given);
  if (reference !== null) return cachedModelFolder(hubSettings().cacheFolder, reference);
  return fs.existsSync(path.join(folder, RUN_FILES.spec)) ? runModelFolder(folder) : folder;
}
