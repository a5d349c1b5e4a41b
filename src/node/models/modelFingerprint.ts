import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { streamBytes } from '../files/streamBytes.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { TOKENIZER_CONFIG } from '../tokenizers/loadTokenizer.js';
import { modelFiles, unreadableModelFile } from './modelFiles.js';

/**
 * Computes the SHA-256 of the names and contents of a model folder's files as a stream. Throws
 * `Model` for a missing file, and `Cancelled`.
 */
export async function fingerprintModelFolder(
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const { config, tokenizer, weights } = modelFiles(folder);
  return fingerprint(folder, [config, tokenizer, ...weights], signal);
}

/**
 * Computes the SHA-256 of the files of a tokenizer. Throws `Model` for a missing `tokenizer.json`.
 */
export async function fingerprintTokenizer(folder: string): Promise<string> {
  const config = fs.existsSync(path.join(folder, TOKENIZER_CONFIG)) ? [TOKENIZER_CONFIG] : [];
  return fingerprint(folder, [modelFiles(folder).tokenizer, ...config]);
}

async function fingerprint(
  folder: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    hash.update(`${name}\0`);
    try {
      for await (const chunk of streamBytes(path.join(folder, name))) {
        throwIfCancelled(signal);
        hash.update(chunk);
      }
    } catch (thrown) {
      throwIfCancelled(signal);
      throw unreadableModelFile(folder, name, thrown);
    }
  }
  return hash.digest('hex');
}
