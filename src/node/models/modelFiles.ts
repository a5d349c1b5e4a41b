import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../core/errors.js';
import { createModel, parseModelConfig } from '../../core/models/createModel.js';
import { importedShape, parseImportedConfig } from '../../core/models/importedConfig.js';

const jsonObjectSchema = z.record(z.string(), z.unknown());
const shardIndexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const CONFIG = 'config.json';
const WEIGHTS = 'model.safetensors';
const SHARD_INDEX = `${WEIGHTS}.index.json`;

/** The export that the hub keeps beside a model's weights. */
export const ONNX_FILE = 'onnx/model.onnx';
/** The same with its weights as 8-bit integers. */
export const QUANTIZED_ONNX_FILE = 'onnx/model_int8.onnx';

/**
 * The files that a model folder is read from: configuration, tokenizer and weights, whole or in
 * shards, or an export and what lies beside it. Throws `Model` for a shard index that cannot be
 * used.
 */
export function modelFiles(folder: string): {
  readonly config: string;
  readonly tokenizer: string;
  readonly weights: readonly string[];
} {
  const weights = isImported(folder) ? exportFiles(folder) : weightFiles(folder);
  return { config: CONFIG, tokenizer: 'tokenizer.json', weights };
}

/**
 * True for a folder whose model is imported from its export: there are no weights to build it from,
 * or its family cannot be built.
 */
export function isImported(folder: string): boolean {
  if (!fs.existsSync(path.join(folder, ONNX_FILE))) return false;
  const hasWeights = [WEIGHTS, SHARD_INDEX].some((name) => fs.existsSync(path.join(folder, name)));
  if (!hasWeights) return true;
  try {
    const file = path.join(folder, CONFIG);
    parseModelConfig(JSON.parse(fs.readFileSync(file, 'utf8')), file);
    return false;
  } catch (thrown) {
    return thrown instanceof AppError;
  }
}

/** The model's width and the longest sequence it takes, from its configuration alone. */
export async function readModelShape(
  folder: string,
): Promise<{ hiddenSize: number; maxLength: number }> {
  const file = path.join(folder, CONFIG);
  const json = await readModelJson(folder, CONFIG);
  if (isImported(folder)) return importedShape(parseImportedConfig(json, file));
  const { hiddenSize, maxLength } = createModel(parseModelConfig(json, file));
  return { hiddenSize, maxLength };
}

/** A JSON object of a model folder. Throws `Model` for a file that is missing or something else. */
export async function readModelJson(
  folder: string,
  name: string,
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await fs.promises.readFile(path.join(folder, name), 'utf8');
  } catch (cause) {
    throw unreadableModelFile(folder, name, cause);
  }
  try {
    return jsonObjectSchema.parse(JSON.parse(text));
  } catch (cause) {
    const file = path.join(folder, name);
    throw modelError(file, 'it is no JSON object', 'Download or copy the file again.', cause);
  }
}

/** An export and the weights that it keeps in files of its own, in the order of their names. */
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
  const problem = outside === undefined ? 'names no files' : `names a file elsewhere (${outside})`;
  throw modelError(index, problem, 'Do not use this model.');
}

function readIndex(index: string): Record<string, string> {
  try {
    return shardIndexSchema.parse(JSON.parse(fs.readFileSync(index, 'utf8'))).weight_map;
  } catch (cause) {
    throw modelError(index, 'has no weight map', 'Download the model again.', cause);
  }
}

/** A `Model` error about `file`. */
export function modelError(
  file: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): AppError {
  return new AppError({ code: 'Model', details: { path: file, problem, remedy } }, { cause });
}

/** What to do about a file of a model folder that could not be read. */
export function unreadableModelFile(folder: string, name: string, cause: unknown): AppError {
  const file = path.join(folder, name);
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    return modelError(file, `it cannot be read (${message})`, 'Check its permissions.', cause);
  }
  const remedy =
    name === WEIGHTS && fs.existsSync(path.join(folder, 'pytorch_model.bin'))
      ? 'The folder has only pytorch_model.bin; download the model.safetensors or the onnx/model.onnx of this model as well.'
      : `Copy ${name} of this model into the folder, or choose another model.`;
  return modelError(file, 'the file is missing', remedy, cause);
}
