import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import {
  RUN_FILES,
  runBindingSchema,
  runSpecSchema,
  type DataFile,
  type MovedPath,
  type RunBinding,
  type RunSpec,
} from '../../core/runs/schema.js';
import { hubSnapshotFolder } from '../hub/hubPin.js';
import { parseJson, StampedFiles, type JsonFile } from './stampedFiles.js';

type Paths = Pick<RunSpec, 'workspaceFolder' | 'model' | 'newModel' | 'debias'>;

/**
 * The spec as `run.json` stores it: the workspace folder relative to the run directory if the run is
 * inside it, and model and tokenizer relative to the workspace folder if they are inside it. All
 * other paths are absolute. `bindSpec` reverses it.
 */
export function portableSpec<Spec extends Paths>(spec: Spec, directory: string): Spec {
  const { workspaceFolder } = spec;
  return {
    ...withModelPaths(spec, (file) => portable(file, workspaceFolder)),
    workspaceFolder: portableRoot(workspaceFolder, directory),
  };
}

/**
 * The spec of the run in `directory` with absolute paths. `binding` replaces the workspace folder;
 * a model that was inside the old one is expected at the same place of the new one. Then it moves
 * single files and folders.
 */
export function bindSpec<Spec extends Paths & Pick<RunSpec, 'data'>>(
  spec: Spec,
  directory: string,
  binding: Pick<RunBinding, 'workspaceFolder' | 'paths'> | null = null,
): Spec {
  const recorded = path.resolve(directory, spec.workspaceFolder);
  const root = binding === null ? recorded : path.resolve(directory, binding.workspaceFolder);
  const now = (file: string): string =>
    (binding?.paths ?? []).reduce(afterMove, path.resolve(root, portable(file, recorded)));
  const bound = withModelPaths(spec, now);
  // A run that makes its model keeps it in its own directory, wherever that is now.
  const made = { ...bound.model, path: path.resolve(directory, RUN_FILES.start) };
  const { shifted } = spec.data;
  const bindFile = (file: DataFile): DataFile => {
    const moved = now(file.path);
    return moved === path.resolve(root, file.path)
      ? file
      : { ...file, path: slashed(path.relative(root, moved)) };
  };
  return {
    ...bound,
    workspaceFolder: root,
    model: spec.newModel === null ? bound.model : made,
    data: {
      ...spec.data,
      files: spec.data.files.map(bindFile),
      shifted: shifted && { ...shifted, files: shifted.files.map(bindFile) },
    },
  };
}

function afterMove(file: string, { from, to }: MovedPath): string {
  return isInside(file, from) ? path.join(to, path.relative(from, file)) : file;
}

/** The root that paths of a run are relative to, as stored in its directory. */
export function portableRoot(folder: string, directory: string): string {
  const absolute = path.resolve(folder);
  if (!isInside(path.resolve(directory), absolute)) return absolute;
  return slashed(path.relative(directory, absolute)) || '.';
}

function withModelPaths<Spec extends Paths>(spec: Spec, change: (file: string) => string): Spec {
  const { model, newModel, debias } = spec;
  const vocabulary = newModel?.vocabulary;
  return {
    ...spec,
    model: { ...model, path: change(model.path) },
    newModel:
      newModel === null || vocabulary?.kind !== 'given'
        ? newModel
        : { ...newModel, vocabulary: { ...vocabulary, path: change(vocabulary.path) } },
    debias:
      debias?.model == null
        ? debias
        : { ...debias, model: { ...debias.model, path: change(debias.model.path) } },
  };
}

/** `file` relative to `root` if it is inside, else as it is. */
function portable(file: string, root: string): string {
  return path.isAbsolute(file) && isInside(file, root) ? slashed(path.relative(root, file)) : file;
}

/** Whether a path is a folder or in it. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}

function slashed(file: string): string {
  return file.replaceAll(path.sep, '/');
}

/** Parses the content of `run.json`; its paths are still relative. */
export function parseRunSpec(content: unknown, name: string): JsonFile<RunSpec> {
  return parseJson(runSpecSchema, content, name);
}

/** The whole spec of a run, with absolute paths. Rejects with `UserInput` if it cannot be read. */
export async function readRunSpec(directory: string): Promise<RunSpec> {
  const { spec, binding } = await readStoredSpec(directory);
  return withCachedModel(bindSpec(spec, directory, binding));
}

/**
 * The spec with the model of the hub in the cache of this machine, if it is not where the run was
 * created. The hash in the spec guards that it is the same model.
 */
function withCachedModel(spec: RunSpec): RunSpec {
  const { hub, path: folder } = spec.model;
  if (hub === undefined || fs.existsSync(folder)) return spec;
  const here = hubSnapshotFolder(hub);
  return here === null ? spec : { ...spec, model: { ...spec.model, path: here } };
}

/** The spec of a run as it is stored, and its binding. Rejects as `readRunSpec` does. */
export async function readStoredSpec(
  directory: string,
): Promise<{ readonly spec: RunSpec; readonly binding: RunBinding | null }> {
  const { value, problem: reason } = await new StampedFiles(parseRunSpec).read(
    path.join(directory, RUN_FILES.spec),
  );
  if (value !== null) return { spec: value, binding: await readBinding(directory) };
  throw inputError(problem('runs.notARun', { directory, reason }));
}

/** Binding of a run, or `null` if its data and model are where its spec says. */
async function readBinding(directory: string): Promise<RunBinding | null> {
  const file = path.join(directory, RUN_FILES.binding);
  const read = await new StampedFiles((content, name) =>
    parseJson(runBindingSchema, content, name),
  ).read(file);
  if (read.value !== null || read.isMissing) return read.value;
  throw inputError(problem('runs.bindingUnreadable', { directory, file, reason: read.problem }));
}
