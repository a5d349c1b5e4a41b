import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { BuiltModel } from '../core/models/builtModel.js';
import type { CheckpointLayout } from '../core/models/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../core/models/checkpoint.js';
import type { ModelConfig } from '../core/models/createModel.js';
import { createModel, parseModelConfig } from '../core/models/createModel.js';
import { buildExportModel } from '../core/models/inferenceGraphs.js';
import type { HeadLabels } from '../core/models/labels.js';
import { areUnnamed, headOf, labelConfig, labelsOf } from '../core/models/labels.js';
import type { HeadKind, Model, ParameterTensor } from '../core/models/model.js';
import type { StoredTensor } from '../core/models/safetensors.js';
import { modelError, modelFiles, unreadableModelFile } from './modelFiles.js';
import { asideOf, renamePatiently, storing } from './storage.js';
import { hubTokenizerConfig, readTokenizerFiles } from './tokenizerFiles.js';
import { readWeightFile, writeWeightFile } from './weightFiles.js';

/** A model in the hub's folder layout, read as a whole and checked. */
export interface ModelFolder {
  readonly path: string;
  readonly model: Model;
  readonly config: ModelConfig;
  /** `config.json` as it stands, unknown fields included, and what a new head's labels are. */
  readonly configJson: Record<string, unknown>;
  readonly tokenizerJson: unknown;
  /** `tokenizer_config.json`; null where the folder has none. */
  readonly tokenizerConfigJson: Record<string, unknown> | null;
  /** What else belongs to the tokenizer, by file name, e.g. `special_tokens_map.json`. */
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array>;
  /** Every parameter of the model by its hub name. */
  readonly parameters: Map<string, ParameterTensor>;
  /** Order and spelling of the weights, and the tensors beside the parameters. */
  readonly layout: CheckpointLayout;
  /** Parameters of a head that the folder lacked, with new values. */
  readonly newParameters: readonly string[];
}

export interface ReadModelOptions {
  /** That of the folder's `architectures` unless given. */
  readonly head?: HeadKind;
  /** For a classifier that the folder lacks, or whose labels are others: it is made anew. */
  readonly labels?: HeadLabels;
  /** Of new weights; 0 unless given. */
  readonly seed?: number;
}

const jsonObjectSchema = z.record(z.string(), z.unknown());

/**
 * Reads `config.json`, the tokenizer's files and `model.safetensors` (whole or in shards).
 *
 * @throws AppError `Model` that names the file that is missing or broken.
 */
export async function readModelFolder(
  folder: string,
  { head, labels, seed = 0 }: ReadModelOptions = {},
): Promise<ModelFolder> {
  if (!fs.existsSync(folder)) {
    throw modelError(folder, 'there is no such folder', 'Choose another model folder.');
  }
  const files = modelFiles(folder);
  const configPath = path.join(folder, files.config);
  const storedConfig = parseJsonObject(await readModelFile(folder, files.config), configPath);
  const config = parseModelConfig(storedConfig, configPath);
  const tokenizerJson = parseJsonObject(
    await readModelFile(folder, files.tokenizer),
    path.join(folder, files.tokenizer),
  );

  const storedLabels = labelsOf(storedConfig);
  const model = createModel(config, {
    head: head ?? headOf(storedConfig) ?? 'masked-lm',
    labelCount: labels?.labels.length ?? storedLabels.length,
  });
  const tensors = new Map<string, StoredTensor>();
  for (const name of files.weights) {
    for (const [key, tensor] of await readWeightFile(folder, name)) tensors.set(key, tensor);
  }
  const checkpoint = readCheckpoint(model, tensors, {
    path: path.join(folder, 'model.safetensors'),
    ...(labels && model.head !== 'masked-lm'
      ? { newHeadSeed: seed, renewOutput: areOtherLabels(storedLabels, labels.labels) }
      : {}),
  });
  const tokenizerConfig = path.join(folder, 'tokenizer_config.json');
  return {
    path: folder,
    model,
    config,
    configJson: labels ? { ...storedConfig, ...labelConfig(labels) } : storedConfig,
    tokenizerJson,
    tokenizerConfigJson: fs.existsSync(tokenizerConfig)
      ? parseJsonObject(await readModelFile(folder, 'tokenizer_config.json'), tokenizerConfig)
      : null,
    tokenizerFiles: await readTokenizerFiles(folder),
    parameters: checkpoint.parameters,
    layout: checkpoint.layout,
    newParameters: checkpoint.created,
  };
}

/** A classifier's rows mean nothing under other names. */
function areOtherLabels(stored: readonly string[], wanted: readonly string[]): boolean {
  return !areUnnamed(stored) && stored.join('\0') !== wanted.join('\0');
}

async function readModelFile(folder: string, name: string): Promise<Buffer> {
  try {
    return await fs.promises.readFile(path.join(folder, name));
  } catch (cause) {
    throw unreadableModelFile(folder, name, cause);
  }
}

function parseJsonObject(bytes: Buffer, file: string): Record<string, unknown> {
  try {
    return jsonObjectSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw modelError(file, 'it is no JSON object', 'Download or copy the file again.', cause);
  }
}

/** What a folder is written from; a `ModelFolder` has all of it but the card. */
export interface ModelFolderContent {
  readonly config: ModelConfig;
  /** That of a masked language model unless given. */
  readonly model?: Model;
  /** Fields of `config.json` beyond `config`, e.g. those of the model it was trained from. */
  readonly configJson?: Readonly<Record<string, unknown>>;
  readonly tokenizerJson: unknown;
  readonly tokenizerConfigJson?: Readonly<Record<string, unknown>> | null;
  readonly tokenizerFiles?: ReadonlyMap<string, Uint8Array>;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  /** The hub's names alone unless given. */
  readonly layout?: CheckpointLayout;
  /** Markdown, written as `README.md`. */
  readonly modelCard: string;
  /** Stores `model.safetensors` as float16. */
  readonly halfPrecision?: boolean;
  /** Leaves out `onnx/model.onnx`, which can be built again from the rest. */
  readonly withoutOnnx?: boolean;
}

/** Writes a model folder aside and renames it, so that a reader sees all of it or nothing. */
export async function writeModelFolder(folder: string, content: ModelFolderContent): Promise<void> {
  const aside = asideOf(folder);
  const json = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';
  const { config, parameters, halfPrecision = false } = content;
  const model = content.model ?? createModel(config);
  const onnx = content.withoutOnnx ? null : await buildExportModel(model, parameters);
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      const write = (name: string, data: string | Uint8Array): void => {
        fs.writeFileSync(path.join(aside, name), data);
      };
      write('config.json', json(hubConfig(content)));
      write('tokenizer.json', json(content.tokenizerJson));
      write('tokenizer_config.json', json(hubTokenizerConfig(content, model.maxLength)));
      for (const [name, bytes] of content.tokenizerFiles ?? []) write(name, bytes);
      const weights = writeCheckpoint(parameters, content.layout);
      writeWeightFile(path.join(aside, 'model.safetensors'), weights, { halfPrecision });
      write('README.md', content.modelCard);
      if (onnx !== null) {
        fs.mkdirSync(path.join(aside, 'onnx'));
        write('onnx/model.onnx', onnx);
      }
      replaceFolder(aside, folder);
    } catch (thrown) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw thrown;
    }
  });
}

/** A whole `config.json` is kept as it stands; of another, the fields that shape the model differ. */
function hubConfig({ config, configJson = {}, model }: ModelFolderContent): object {
  const fields = 'model_type' in configJson ? configJson : { ...configJson, ...config };
  const { architecture } = (model ?? createModel(config)) as BuiltModel;
  return { ...fields, architectures: [architecture] };
}

function replaceFolder(aside: string, folder: string): void {
  if (!fs.existsSync(folder)) {
    renamePatiently(aside, folder);
    return;
  }
  const old = asideOf(folder);
  renamePatiently(folder, old);
  renamePatiently(aside, folder);
  fs.rmSync(old, { recursive: true, force: true });
}
