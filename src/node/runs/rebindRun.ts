import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { RUN_FILES, type RunBinding, type RunSpec } from '../../core/runs/schema.js';
import { writeJsonAtomically } from '../files/storage.js';
import { bindSpec, portableRoot, readRunSpec } from './runSpecFile.js';

const FILES_AT_ONCE = 64;

/**
 * Binds a run to the folder where its data and model are now, and remembers it beside the spec.
 * Rejects with `UserInput` if they are not there; nothing is changed then.
 */
export async function rebindRun(directory: string, folder: string): Promise<void> {
  const binding: RunBinding = { version: 1, workspaceFolder: portableRoot(folder, directory) };
  const missing = await missingInput(bindSpec(await readRunSpec(directory), directory, binding));
  if (missing !== null) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `${missing} does not exist.`,
        remedy: 'Select the folder that the paths of this run are relative to.',
      },
    });
  }
  await writeJsonAtomically(path.join(directory, RUN_FILES.binding), binding);
}

/** Absolute path of the first data file or model of a run that does not exist, or `null`. */
export async function missingInput({
  workspaceFolder,
  data,
  model,
  newModel,
}: Pick<RunSpec, 'workspaceFolder' | 'data' | 'model' | 'newModel'>): Promise<string | null> {
  const inputs = data.files.map((file) => path.resolve(workspaceFolder, file.path));
  // A run makes its new model, and the trainer finds the bundled one wherever it is installed.
  if (newModel === null && !isBundled(model.path)) inputs.push(model.path);
  if (newModel?.vocabulary.kind === 'given') inputs.push(newModel.vocabulary.path);
  for (let start = 0; start < inputs.length; start += FILES_AT_ONCE) {
    const some = inputs.slice(start, start + FILES_AT_ONCE);
    const found = await Promise.all(some.map(exists));
    const missing = some.find((_, i) => found[i] === false);
    if (missing !== undefined) return missing;
  }
  return null;
}

function isBundled(folder: string): boolean {
  return folder.replaceAll('\\', '/').endsWith(`/${BUNDLED_MODEL_FOLDER}`);
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
