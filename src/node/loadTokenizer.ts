import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../core/text/parseTokenizer.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import { modelFiles, readModelJson } from './modelFiles.js';

const CONFIG = 'tokenizer_config.json';

/** The tokenizer of a model folder, without its model. Throws `Model` for a file that is missing. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const { tokenizer } = modelFiles(folder);
  const config = fs.existsSync(path.join(folder, CONFIG))
    ? await readModelJson(folder, CONFIG)
    : null;
  return parseTokenizer(await readModelJson(folder, tokenizer), {
    path: path.join(folder, tokenizer),
    config,
  });
}
