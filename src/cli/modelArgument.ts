import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { namedModelFolder } from '../node/runs/namedModel.js';

/** Absolute path of the model that ships with Masklab. */
export const BUNDLED_MODEL = path.join(__dirname, '..', BUNDLED_MODEL_FOLDER);

/**
 * Resolves a model argument: a model folder, a run folder for its model, `organization/name[@revision]`
 * for a model of the shared cache, or the bundled model.
 */
export function modelFolderOf(given: string | undefined): string {
  return given === undefined ? BUNDLED_MODEL : namedModelFolder(given, process.cwd());
}
