import { canBeBuilt } from '../models/createModel.js';
import { isPickle } from '../models/pickles.js';
import type { HubFile } from './hubAnswers.js';

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const WEIGHTS = 'model.safetensors';
const INDEX = `${WEIGHTS}.index.json`;
const SHARD = /^model-\d{5}-of-\d{5}\.safetensors$/;
const ONNX = 'onnx/model.onnx';
const EXTERNAL = /^onnx\/model\.onnx[._]data/;

/** Files that Python's tools look for beside `tokenizer.json`, and the card with its license. */
const COMPANIONS = [
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'README.md',
];

/** Form of the weights that a model is loaded from. */
export const WEIGHT_FORMS = ['safetensors', 'onnx'] as const;
export type WeightForm = (typeof WEIGHT_FORMS)[number];

/** Files of a repository that a model needs here. */
export interface NeededFiles {
  readonly config: HubFile | null;
  readonly tokenizer: HubFile | null;
  /** `null` without weights that are used. */
  readonly form: WeightForm | null;
  /** Weights or export, with all shards, their index, and external data. */
  readonly weights: readonly HubFile[];
  /** Small files that are kept because other tools read them. */
  readonly companions: readonly HubFile[];
  /** Names among the companions that the repository lacks. */
  readonly absent: readonly string[];
  /** A file of weights that is never loaded; `null` without one. */
  readonly pickle: string | null;
}

/**
 * Chooses the files to download: safetensors if the family of `config.json` is built here, else the
 * ONNX export. `configJson` is `null` while it is unknown; then both forms are possible, and
 * safetensors count.
 */
export function neededFiles(files: readonly HubFile[], configJson: unknown): NeededFiles {
  const named = (name: string): HubFile | null => files.find(({ path }) => path === name) ?? null;
  const listed = (names: readonly string[]): HubFile[] =>
    names.flatMap((name) => named(name) ?? []);
  const whole = named(WEIGHTS);
  const index = named(INDEX);
  const shards = files.filter(({ path }) => SHARD.test(path));
  const safetensors =
    whole !== null ? [whole] : index !== null && shards.length > 0 ? [index, ...shards] : [];
  const onnx = named(ONNX);
  const external = files.filter(({ path }) => EXTERNAL.test(path));
  const isBuilt = configJson === null || canBeBuilt(configJson);
  const form =
    safetensors.length > 0 && (isBuilt || onnx === null)
      ? 'safetensors'
      : onnx !== null
        ? 'onnx'
        : null;
  const ofForm = { safetensors, onnx: onnx === null ? [] : [onnx, ...external] };
  return {
    config: named(CONFIG),
    tokenizer: named(TOKENIZER),
    form,
    weights: form === null ? [] : ofForm[form],
    companions: listed(COMPANIONS),
    absent: COMPANIONS.filter((name) => named(name) === null),
    pickle: files.find(({ path }) => isPickle(path))?.path ?? null,
  };
}

/** All files to download, the configuration last: a folder without it is not taken for a model. */
export function downloadsOf(needed: NeededFiles): HubFile[] {
  const { config, tokenizer, weights, companions } = needed;
  return [...weights, ...companions, tokenizer, config].filter((file) => file !== null);
}

export function totalSize(files: readonly HubFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
