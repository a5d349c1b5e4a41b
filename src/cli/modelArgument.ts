import fs from 'node:fs';
import path from 'node:path';
import { RUN_FILES } from '../core/runs/schema.js';
import { runModelFolder } from '../node/runs/runDirectory.js';

/** The model folder that an argument means: the folder itself, or the model of a run's folder. */
export function modelFolderOf(given: string): string {
  const folder = path.resolve(given);
  return fs.existsSync(path.join(folder, RUN_FILES.spec)) ? runModelFolder(folder) : folder;
}
