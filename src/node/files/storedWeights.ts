import fs from 'node:fs';
import path from 'node:path';

/** Weights of a model folder in one file. */
export const WEIGHTS = 'model.safetensors';
/** Index of weights in several files. */
export const SHARD_INDEX = `${WEIGHTS}.index.json`;

/** Whether a folder has weights in safetensors; imported models have only an ONNX file. */
export function hasWeights(folder: string): boolean {
  return [WEIGHTS, SHARD_INDEX].some((name) => fs.existsSync(path.join(folder, name)));
}
