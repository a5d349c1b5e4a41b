import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../../core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { modelFiles, readModelJson } from '../models/modelFiles.js';

export const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** Parsed JSON files of a tokenizer. */
export interface TokenizerSource {
  readonly tokenizerJson: unknown;
  /** Content of `tokenizer_config.json`, or `null` if the folder has none. */
  readonly tokenizerConfigJson: Record<string, unknown> | null;
}

/** Creates the tokenizer of a model folder. Throws `Model` for an unsupported tokenizer. */
export function tokenizerOf({
  path: folder,
  tokenizerJson,
  tokenizerConfigJson: config,
}: TokenizerSource & { readonly path: string }): Tokenizer {
  return parseTokenizer(tokenizerJson, { path: path.join(folder, 'tokenizer.json'), config });
}

/** Loads the tokenizer of a model folder without the model. Throws `Model` for a missing file. */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  return tokenizerOf({ path: folder, ...(await readTokenizerJson(folder)) });
}

export async function readTokenizerJson(folder: string): Promise<TokenizerSource> {
  return {
    tokenizerJson: await readModelJson(folder, modelFiles(folder).tokenizer),
    tokenizerConfigJson: fs.existsSync(path.join(folder, TOKENIZER_CONFIG))
      ? await readModelJson(folder, TOKENIZER_CONFIG)
      : null,
  };
}
