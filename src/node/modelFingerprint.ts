import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { modelFiles, unreadableModelFile } from './modelFiles.js';

/**
 * SHA-256 over names and contents of a model folder's files, read as a stream: the extension host
 * can name the exact model of a run without loading it. Throws `Model` for a missing file.
 */
export async function fingerprintModelFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const { config, tokenizer, weights } = modelFiles(folder);
  for (const name of [config, tokenizer, ...weights]) {
    hash.update(`${name}\0`);
    try {
      for await (const chunk of fs.createReadStream(path.join(folder, name))) {
        hash.update(chunk as Buffer);
      }
    } catch (thrown) {
      throw unreadableModelFile(folder, name, thrown);
    }
  }
  return hash.digest('hex');
}
