import fs from 'node:fs/promises';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import {
  RUN_FILES,
  type MovedPath,
  type RunBinding,
  type RunSpec,
} from '../../core/runs/schema.js';
import { writeJsonAtomically } from '../files/storage.js';
import { bindSpec, isInside, portableRoot, readStoredSpec } from './runSpecFile.js';

const FILES_AT_ONCE = 64;

/** Current places of the data and model of a run. */
export interface Rebinding {
  /** Folder that replaces the run's workspace folder. Default: unchanged. */
  readonly root?: string | undefined;
  /** Files and folders that were moved apart from that folder, by where they would be without. */
  readonly paths?: readonly MovedPath[];
}

/** A data file or model that does not exist. */
export interface MissingInput {
  readonly file: string;
  /** Whether it is expected in the run's workspace folder. */
  readonly isInRoot: boolean;
}

/**
 * Binds a run to the current places of its data and model, and stores them beside the spec.
 * Rejects with `UserInput` if they are not there, or if nothing of the run was at a path that is
 * said to have moved; nothing is changed then.
 */
export async function rebindRun(directory: string, rebinding: Rebinding): Promise<void> {
  const { binding, spec } = await boundWith(directory, rebinding);
  const missing = await firstMissing(spec);
  if (missing !== null) {
    const { file, isInRoot } = missing;
    const id = isInRoot ? 'runs.inputMissingInRoot' : 'runs.inputMissing';
    throw inputError(problem(id, { file }));
  }
  await writeJsonAtomically(path.join(directory, RUN_FILES.binding), binding);
}

/** The first data file or model of a run that does not exist, or `null`. */
export async function missingInput(
  directory: string,
  rebinding: Rebinding = {},
): Promise<MissingInput | null> {
  return firstMissing((await boundWith(directory, rebinding)).spec);
}

async function boundWith(
  directory: string,
  { root, paths = [] }: Rebinding,
): Promise<{ readonly binding: RunBinding; readonly spec: RunSpec }> {
  const { spec: stored, binding: before } = await readStoredSpec(directory);
  const folder = root ?? bindSpec(stored, directory, before).workspaceFolder;
  let binding: RunBinding = {
    version: 1,
    workspaceFolder: portableRoot(folder, directory),
    paths: before?.paths ?? [],
  };
  let spec = bindSpec(stored, directory, binding);
  for (const moved of paths) {
    if (!inputsOf(spec).some((file) => isInside(file, moved.from))) {
      throw inputError(problem('runs.noInputAt', { path: moved.from }));
    }
    binding = { ...binding, paths: [...binding.paths, moved] };
    spec = bindSpec(stored, directory, binding);
  }
  return { binding, spec };
}

/** Absolute paths of the data and the model that a run needs. */
function inputsOf({ workspaceFolder, data, model, newModel, debias }: RunSpec): string[] {
  const files = [...data.files, ...(data.shifted?.files ?? [])];
  const inputs = files.map((file) => path.resolve(workspaceFolder, file.path));
  // A run makes its new model, and the trainer finds the bundled one wherever it is installed.
  if (newModel === null && !isBundled(model.path)) inputs.push(model.path);
  if (newModel?.vocabulary.kind === 'given') inputs.push(newModel.vocabulary.path);
  if (debias?.model != null && !isBundled(debias.model.path)) inputs.push(debias.model.path);
  return inputs;
}

async function firstMissing(spec: RunSpec): Promise<MissingInput | null> {
  const inputs = inputsOf(spec);
  for (let start = 0; start < inputs.length; start += FILES_AT_ONCE) {
    const some = inputs.slice(start, start + FILES_AT_ONCE);
    const found = await Promise.all(some.map(exists));
    const file = some.find((_, i) => found[i] === false);
    if (file !== undefined) return { file, isInRoot: isInside(file, spec.workspaceFolder) };
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
