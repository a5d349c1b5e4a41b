import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { modelFolderAt } from '../node/runs/readRunFile.js';

/** Absolute path of the model that ships with Masklab. */
export const BUNDLED_MODEL = path.join(__dirname, '..', BUNDLED_MODEL_FOLDER);

/** Resolves a model argument: a model folder, a run folder for its model, or the bundled model. */
export function modelFolderOf(given: string | undefined): string {
  if (given === undefined) return BUNDLED_MODEL;
  return modelFolderAt(path.resolve(given));
}
