import path from 'node:path';
import { LruCache } from '../core/collections/lruCache.js';
import type { Tokenizer } from '../core/tokenizer/tokenizer.js';
import { loadTokenizer } from '../node/tokenizers/loadTokenizer.js';
import { modelFiles } from '../node/models/modelFiles.js';
import { stampOf } from './stamp.js';

const TOKENIZERS_KEPT = 3;

/** Caches recently used tokenizers and reloads those whose files have changed. */
export class TokenizerStore {
  private readonly known = new LruCache<string, { tokenizer: Tokenizer; stamp: string }>(
    TOKENIZERS_KEPT,
  );

  /** Throws `Model` if the tokenizer of the folder cannot be read. */
  async get(modelFolder: string): Promise<Tokenizer> {
    const stamp = await stampOf(path.join(modelFolder, modelFiles(modelFolder).tokenizer));
    const known = this.known.get(modelFolder);
    if (known?.stamp === stamp) return known.tokenizer;
    const tokenizer = await loadTokenizer(modelFolder);
    this.known.set(modelFolder, { tokenizer, stamp });
    return tokenizer;
  }
}
