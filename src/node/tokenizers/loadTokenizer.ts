import fs from 'node:fs';
import path from 'node:path';
import { parseTokenizer } from '../../core/tokenizer/definition/parseTokenizer.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { modelFiles, readModelJson } from '../models/modelFiles.js';

export const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** The files that a tokenizer is made from, parsed as JSON. */
export interface TokenizerSource {
  readonly tokenizerJson: unknown;
  /** `tokenizer_config.json`; null where the folder has none. */
  readonly tokenizerConfigJson: Record<string, unknown> | null;
}

/** The tokenizer of a model folder that has been read. Throws `Model` for one that cannot be used. */
export function tokenizerOf({
  path: folder,
  tokenizerJson,
  tokenizerConfigJson: config,
}: TokenizerSource & { readonly path: string }): Tokenizer {
  return parseTokenizer(tokenizerJson, { path: path.join(folder, 'tokenizer.json'), config });
}

/** The tokenizer of a model folder, without its model. Throws `Model` for a file that is missing. */
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
