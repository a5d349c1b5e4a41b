import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../../core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { modelFiles, readModelJson } from '../models/modelFiles.js';
import type { ModelFolder } from '../models/modelFolder.js';

export const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** The tokenizer of a model folder that has been read. Throws `Model` for one that cannot be used. */
export function tokenizerOf({
  path: folder,
  tokenizerJson,
  tokenizerConfigJson: config,
}: Pick<ModelFolder, 'path' | 'tokenizerJson' | 'tokenizerConfigJson'>): Tokenizer {
  return parseTokenizer(tokenizerJson, { path: path.join(folder, 'tokenizer.json'), config });
}

/** The tokenizer of a model folder, without its model. Throws `Model` for a file that is missing. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  return tokenizerOf({ path: folder, ...(await readTokenizerJson(folder)) });
}

/** What a tokenizer is made from; its configuration is null where the folder has none. */
export async function readTokenizerJson(
  folder: string,
): Promise<Pick<ModelFolder, 'tokenizerJson' | 'tokenizerConfigJson'>> {
  return {
    tokenizerJson: await readModelJson(folder, modelFiles(folder).tokenizer),
    tokenizerConfigJson: fs.existsSync(path.join(folder, TOKENIZER_CONFIG))
      ? await readModelJson(folder, TOKENIZER_CONFIG)
      : null,
  };
}
