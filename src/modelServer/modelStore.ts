import fs from 'node:fs';
import path from 'node:path';
import { modelFiles } from '../node/models/modelFiles.js';
import type { PredictionModel } from '../node/models/predictionModel.js';
import { LruCache } from '../core/lruCache.js';

export interface ModelEntry {
  readonly model: PredictionModel;
  /** Changes whenever the folder's files do; part of the key of cached results. */
  readonly version: string;
}

/** Two: the one in use, and the one it is being compared with. */
const MODELS_KEPT = 2;

/**
 * Loads models when they are first asked for and keeps the last few. A model whose files have
 * changed since, as when a run is resumed, is loaded again. A failed load is not remembered.
 *
 * Not safe for concurrent use: callers go through one `RequestQueue`.
 */
export class ModelStore {
  private readonly models: LruCache<string, ModelEntry>;

  constructor(private readonly load: (folder: string) => Promise<PredictionModel>) {
    this.models = new LruCache(MODELS_KEPT, ({ model }) => {
      void model.release();
    });
  }

  async get(folder: string): Promise<ModelEntry> {
    const version = await versionOf(folder);
    const known = this.models.get(folder);
    if (known?.version === version) return known;
    this.models.delete(folder);
    const entry = { model: await this.load(folder), version };
    this.models.set(folder, entry);
    return entry;
  }
}

/** Changes with whatever file the model is read from. */
async function versionOf(folder: string): Promise<string> {
  const { config, tokenizer, weights } = modelFiles(folder);
  const stamps = await Promise.all(
    [config, tokenizer, ...weights].map(async (name) => {
      try {
        const { mtimeMs, size } = await fs.promises.stat(path.join(folder, name));
        return `${name}:${mtimeMs}:${size}`;
      } catch {
        return `${name}:absent`;
      }
    }),
  );
  return stamps.join('|');
}
