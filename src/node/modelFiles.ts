import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../core/errors.js';
import { createModel, parseModelConfig } from '../core/models/createModel.js';

const shardIndexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });
const WEIGHTS = 'model.safetensors';

/**
 * The files that a model folder is read from: configuration, tokenizer and weights, whole or in
 * shards. Throws `Model` for a shard index that cannot be used.
 */
export function modelFiles(folder: string): {
  readonly config: string;
  readonly tokenizer: string;
  readonly weights: readonly string[];
} {
  return { config: 'config.json', tokenizer: 'tokenizer.json', weights: weightFiles(folder) };
}

/** The model's width and the longest sequence it takes, from its configuration alone. */
export async function readModelShape(
  folder: string,
): Promise<{ hiddenSize: number; maxLength: number }> {
  const { config } = modelFiles(folder);
  const file = path.join(folder, config);
  let json: unknown;
  try {
    json = JSON.parse(await fs.promises.readFile(file, 'utf8'));
  } catch (cause) {
    throw modelError(file, 'it cannot be read as JSON', 'Choose the folder of a model.', cause);
  }
  const { hiddenSize, maxLength } = createModel(parseModelConfig(json, file));
  return { hiddenSize, maxLength };
}

function weightFiles(folder: string): string[] {
  const index = path.join(folder, `${WEIGHTS}.index.json`);
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
      ? 'The folder has only pytorch_model.bin; download the model.safetensors of this model as well.'
      : `Copy ${name} of this model into the folder, or choose another model.`;
  return modelError(file, 'the file is missing', remedy, cause);
}
