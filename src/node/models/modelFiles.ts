import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError, modelError } from '../../core/errors.js';
import { fileProblem, RefusedFile, systemCodeOf } from '../../core/fileProblem.js';
import { referenceText, snapshotOf } from '../../core/hub/repository.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem } from '../../core/messages/message.js';
import { createModel, parseModelConfig } from '../../core/models/createModel.js';
import { ONNX_FILES } from '../../core/models/exportFormats.js';
import { isPickle, loadingClass } from '../../core/models/pickles.js';
import { importedShape, parseImportedConfig } from '../../core/models/importedConfig.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { readText, readTextSync } from '../files/regularFile.js';
import { hasWeights, SHARD_INDEX, WEIGHTS } from '../files/storedWeights.js';

const jsonObjectSchema = z.record(z.string(), z.unknown());
const shardIndexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const stateSchema = z.object({ status: z.string() });
const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
/** Larger than the tokenizer of any model. */
const MAX_JSON_BYTES = 1 << 28;
const MAX_CARD_BYTES = 1 << 22;

/** ONNX export next to the weights of a model, as on the hub. */
export const ONNX_FILE = ONNX_FILES.float32;

/**
 * Files of a model folder: configuration, tokenizer, and either the weights (one file or shards) or
 * an export with its external data. Throws `Model` for an unusable shard index.
 */
export function modelFiles(folder: string): {
  readonly config: string;
  readonly tokenizer: string;
  readonly weights: readonly string[];
} {
  const weights = isImported(folder) ? exportFiles(folder) : weightFiles(folder);
  return { config: CONFIG, tokenizer: TOKENIZER, weights };
}

/**
 * Whether the model of a folder is imported from its export, because the folder has no weights or
 * the family is not supported.
 */
export function isImported(folder: string): boolean {
  if (!fs.existsSync(path.join(folder, ONNX_FILE))) return false;
  if (!hasWeights(folder)) return true;
  try {
    const file = path.join(folder, CONFIG);
    parseModelConfig(parseJsonText(readTextSync(file, MAX_JSON_BYTES)), file);
    return false;
  } catch (thrown) {
    return thrown instanceof AppError;
  }
}

/** Bytes of files of a model folder together. */
export async function sizeOfFiles(folder: string, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await fs.promises.stat(path.join(folder, name))).size;
  return bytes;
}

/** Hidden size and maximum sequence length of a model, read from its configuration only. */
export async function readModelShape(
  folder: string,
): Promise<{ hiddenSize: number; maxLength: number }> {
  const file = path.join(folder, CONFIG);
  const json = await readModelJson(folder, CONFIG);
  if (isImported(folder)) return importedShape(parseImportedConfig(json, file));
  const { hiddenSize, maxLength } = createModel(parseModelConfig(json, file));
  return { hiddenSize, maxLength };
}

/** Reads a JSON object from a model folder. Throws `Model` for a missing or malformed file. */
export async function readModelJson(
  folder: string,
  name: string,
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readText(path.join(folder, name), MAX_JSON_BYTES);
  } catch (cause) {
    throw unreadableModelFile(folder, name, cause);
  }
  try {
    return jsonObjectSchema.parse(parseJsonText(text));
  } catch (cause) {
    if (cause instanceof RefusedFile) throw unreadableModelFile(folder, name, cause);
    throw modelError(path.join(folder, name), problem('models.notJsonObject'), cause);
  }
}

/** Text of the model card of a folder, or `null` if there is none that can be read. */
export function readModelCard(folder: string): string | null {
  try {
    return readTextSync(path.join(folder, 'README.md'), MAX_CARD_BYTES);
  } catch {
    return null;
  }
}

/** An export and its external data files, sorted by name. */
function exportFiles(folder: string): string[] {
  const directory = path.dirname(ONNX_FILE);
  const beside = fs
    .readdirSync(path.join(folder, directory))
    .filter((name) => /^model\.onnx[._]data/.test(name))
    .sort();
  return [ONNX_FILE, ...beside.map((name) => `${directory}/${name}`)];
}

function weightFiles(folder: string): string[] {
  const index = path.join(folder, SHARD_INDEX);
  if (fs.existsSync(path.join(folder, WEIGHTS)) || !fs.existsSync(index)) return [WEIGHTS];
  const names = [...new Set(Object.values(readIndex(index)))].sort();
  const outside = names.find((name) => path.basename(name) !== name);
  if (outside === undefined && names.length > 0) return names;
  throw modelError(
    index,
    outside === undefined
      ? problem('models.emptyShardIndex')
      : problem('models.fileOutside', { name: outside }),
  );
}

function readIndex(index: string): Record<string, string> {
  try {
    return shardIndexSchema.parse(parseJsonText(readTextSync(index, MAX_JSON_BYTES))).weight_map;
  } catch (cause) {
    if (cause instanceof RefusedFile) throw modelError(index, cause.reason, cause);
    throw modelError(index, problem('models.noWeightMap'), cause);
  }
}

/**
 * The error of a model folder that does not exist. One of the shared cache can be downloaded again, and
 * that of a run appears when the run has finished.
 */
export function missingModelFolder(folder: string): AppError {
  const snapshot = snapshotOf(path.resolve(folder));
  if (snapshot === null) {
    const run = unfinishedRunOf(path.resolve(folder));
    return run === null
      ? modelError(folder, problem('models.missingFolder'))
      : modelError(run, problem('run.hasNoModel', { name: path.basename(run) }));
  }
  const { repository, commit } = snapshot;
  const name = referenceText({ repository, revision: commit });
  const cache = path.resolve(folder, '../../..');
  return modelError(folder, problem('hub.notDownloaded', { name, folder: cache }));
}

/** Folder of the run that has yet to write this model folder; `null` if there is no such run. */
function unfinishedRunOf(folder: string): string | null {
  const run = path.dirname(folder);
  const isOfRun = path.basename(folder) === RUN_FILES.model;
  if (!isOfRun || !fs.existsSync(path.join(run, RUN_FILES.spec))) return null;
  try {
    const text = readTextSync(path.join(run, RUN_FILES.state), MAX_JSON_BYTES);
    const { status } = stateSchema.parse(parseJsonText(text));
    return status === 'finished' ? null : run;
  } catch {
    // A run that was never started has no state.
    return run;
  }
}

/** The error of a file of a model folder that cannot be read. */
export function unreadableModelFile(folder: string, name: string, cause: unknown): AppError {
  const file = path.join(folder, name);
  const code = systemCodeOf(cause);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return modelError(file, fileProblem(cause), cause);
  if (!fs.existsSync(folder)) return missingModelFolder(folder);
  // Older repositories have neither; Python makes both.
  const pickle = name === WEIGHTS || name === TOKENIZER ? onlyPickleIn(folder) : null;
  return modelError(
    file,
    pickle === null
      ? problem('models.missingFile', { name })
      : problem('models.onlyPickle', {
          file: pickle,
          folder: JSON.stringify(folder),
          loader: loadingClass(configIn(folder)),
        }),
    cause,
  );
}

/** Name of a pickle in a folder that has no other weights; `null` without one. */
function onlyPickleIn(folder: string): string | null {
  const isThere = (name: string): boolean => fs.existsSync(path.join(folder, name));
  if ([WEIGHTS, SHARD_INDEX, ONNX_FILE].some(isThere)) return null;
  try {
    return fs.readdirSync(folder).find(isPickle) ?? null;
  } catch {
    return null;
  }
}

function configIn(folder: string): unknown {
  try {
    return jsonObjectSchema.parse(
      parseJsonText(readTextSync(path.join(folder, CONFIG), MAX_JSON_BYTES)),
    );
  } catch {
    return {};
  }
}
