import path from 'node:path';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import { withRate } from '../../core/masking/policy/policy.js';
import { TEXT_TASK } from '../../core/objectives/objectives.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { NewModelSpec } from '../../core/runs/schema.js';
import { pretrainingRun } from '../../core/specs/pretraining.js';
import { parseRunFile, type RunFile } from '../../core/specs/runFile.js';
import { readText } from '../files/regularFile.js';
import type { RunRequest } from './inspectRun.js';
import { namedModelFolder } from './namedModel.js';

/** A run file lists data and options; long policies are in separate files. */
export const MAX_RUN_FILE_BYTES = 1 << 22;

export interface RunFilePlace {
  /** Folder of the run file, which its paths are relative to. */
  readonly folder: string;
  /** Folder that the paths of the run will be relative to. */
  readonly workspaceFolder: string;
  /** Model folder of a run that names no model. */
  readonly bundledModel: string;
}

/** Reads a run file. Throws `Data` with the line of the first problem, or `Storage`. */
export async function readRunFile(file: string): Promise<RunFile> {
  return parseRunFile(await readText(file, MAX_RUN_FILE_BYTES), file);
}

/** Data, model, policy and options of a run file, ready to be inspected. */
export function requestOfRunFile(
  { name, experiment, data, exclude, model, newModel, policy, options: written }: RunFile,
  { folder, workspaceFolder, bundledModel }: RunFilePlace,
): Omit<RunRequest, 'runsFolder'> {
  const options = optionsAt(written, folder, workspaceFolder);
  return {
    workspaceFolder,
    paths: data.map((one) => movedPath(one, folder, workspaceFolder)),
    exclude: [...exclude],
    ...(newModel === undefined
      ? {
          modelFolder: model === undefined ? bundledModel : namedModelFolder(model, folder),
          options,
        }
      : pretrainingRun(newModelAt(newModel, folder), { ...options, task: TEXT_TASK.kind })),
    ...(name === undefined ? {} : { name }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(policy === undefined ? {} : { masking: withRate(policy, options.maskingRate) }),
  };
}

/** Options of a folder's run file with the paths that a run takes. */
export function optionsAt(
  written: RunOptions,
  folder: string,
  workspaceFolder: string,
): RunOptions {
  const options = absoluteOptions(written, folder);
  const { shiftedData } = options;
  return shiftedData === undefined
    ? options
    : {
        ...options,
        shiftedData: shiftedData.map((file) => movedPath(file, folder, workspaceFolder)),
      };
}

/** Options whose paths, which are relative to a folder, are absolute. */
export function absoluteOptions(options: RunOptions, folder: string): RunOptions {
  const { masking, shiftedData, debiasWords, debiasModel } = options;
  return {
    ...options,
    ...(masking === undefined ? {} : { masking: policyAt(masking, folder) }),
    ...(shiftedData === undefined
      ? {}
      : { shiftedData: shiftedData.map((file) => path.resolve(folder, file)) }),
    ...(debiasWords === undefined ? {} : { debiasWords: policyAt(debiasWords, folder) }),
    ...(debiasModel === undefined ? {} : { debiasModel: namedModelFolder(debiasModel, folder) }),
  };
}

/** A run file with its paths relative to another folder. */
export function movedRunFile(
  { data, model, newModel, options, ...run }: RunFile,
  from: string,
  to: string,
): RunFile {
  return {
    ...run,
    data: data.map((one) => movedPath(one, from, to)),
    ...(model === undefined ? {} : { model: movedPath(model, from, to) }),
    ...(newModel === undefined ? {} : { newModel: newModelAt(newModel, from) }),
    options: movedOptions(options, from, to),
  };
}

/** Options with their paths relative to another folder. */
function movedOptions(options: RunOptions, from: string, to: string): RunOptions {
  const { masking, shiftedData, debiasWords, debiasModel } = options;
  const policy = (given: string): string =>
    POLICY_GALLERY.some(({ id }) => id === given) ? given : movedPath(given, from, to);
  return {
    ...options,
    ...(masking === undefined ? {} : { masking: policy(masking) }),
    ...(shiftedData === undefined
      ? {}
      : { shiftedData: shiftedData.map((file) => movedPath(file, from, to)) }),
    ...(debiasWords === undefined ? {} : { debiasWords: policy(debiasWords) }),
    ...(debiasModel === undefined ? {} : { debiasModel: movedPath(debiasModel, from, to) }),
  };
}

/** A recipe whose tokenizer has an absolute path. */
function newModelAt(newModel: NewModelSpec, folder: string): NewModelSpec {
  const { vocabulary } = newModel;
  return vocabulary.kind === 'trained'
    ? newModel
    : { ...newModel, vocabulary: { ...vocabulary, path: path.resolve(folder, vocabulary.path) } };
}

/** A policy of the gallery by name, or the absolute path of another one. */
function policyAt(given: string, folder: string): string {
  return POLICY_GALLERY.some(({ id }) => id === given) ? given : path.resolve(folder, given);
}

/** A path or glob of one folder, relative to another one. */
export function movedPath(given: string, from: string, to: string): string {
  const isExcluded = given.startsWith('!');
  const moved = path.relative(to, path.resolve(from, isExcluded ? given.slice(1) : given));
  const relative = moved === '' ? '.' : moved.split(path.sep).join('/');
  return isExcluded ? `!${relative}` : relative;
}
