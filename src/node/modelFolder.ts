import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { BertConfig } from '../core/models/bertConfig.js';
import { parseBertConfig } from '../core/models/bertConfig.js';
import { createBertModel } from '../core/models/bert.js';
import { buildExportModel } from '../core/models/inferenceGraphs.js';
import type { Model, ParameterTensor } from '../core/models/model.js';
import { collectBertParameters } from '../core/models/checkpointNames.js';
import { readSafetensors, writeSafetensors } from '../core/models/safetensors.js';
import { modelError, modelFiles, unreadableModelFile } from './modelFiles.js';
import { asideOf, renamePatiently, storing } from './storage.js';

/** A model in the hub's folder layout, read as a whole and checked. */
export interface ModelFolder {
  readonly path: string;
  readonly model: Model;
  readonly config: BertConfig;
  /** `config.json` as it stands, unknown fields included. */
  readonly configJson: Record<string, unknown>;
  readonly tokenizerJson: unknown;
  /** `tokenizer_config.json`; null where the folder has none. */
  readonly tokenizerConfigJson: Record<string, unknown> | null;
  /** Every parameter of the model by its hub name. */
  readonly parameters: Map<string, ParameterTensor>;
}

const jsonObjectSchema = z.record(z.string(), z.unknown());
const tokenizerFactsSchema = z.object({
  normalizer: z.object({ lowercase: z.boolean().optional() }).nullish(),
  added_tokens: z.array(z.object({ content: z.string() })).default([]),
});

/**
 * Reads `config.json`, `tokenizer.json`, `tokenizer_config.json` and `model.safetensors` (whole or
 * in shards).
 *
 * @throws AppError `Model` that names the file that is missing or broken.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  if (!fs.existsSync(folder)) {
    throw modelError(folder, 'there is no such folder', 'Choose another model folder.');
  }
  const files = modelFiles(folder);
  const configPath = path.join(folder, files.config);
  const configJson = parseJsonObject(await readModelFile(folder, files.config), configPath);
  const config = parseBertConfig(configJson, configPath);
  const tokenizerJson = parseJsonObject(
    await readModelFile(folder, files.tokenizer),
    path.join(folder, files.tokenizer),
  );

  const tensors = new Map<string, ParameterTensor>();
  for (const name of files.weights) {
    const shard = readSafetensors(await readModelFile(folder, name), path.join(folder, name));
    for (const [key, tensor] of shard) tensors.set(key, tensor);
  }
  const extra = path.join(folder, 'tokenizer_config.json');
  return {
    path: folder,
    model: createBertModel(config),
    config,
    configJson,
    tokenizerJson,
    tokenizerConfigJson: fs.existsSync(extra)
      ? parseJsonObject(await readModelFile(folder, 'tokenizer_config.json'), extra)
      : null,
    parameters: collectBertParameters(config, tensors, path.join(folder, 'model.safetensors')),
  };
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

export interface ModelFolderContent {
  readonly config: BertConfig;
  /** Fields of `config.json` beyond `config`, e.g. those of the model it was trained from. */
  readonly configJson?: Readonly<Record<string, unknown>>;
  readonly tokenizerJson: unknown;
  readonly tokenizerConfigJson?: Readonly<Record<string, unknown>> | null;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
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
  const onnx = content.withoutOnnx
    ? null
    : await buildExportModel(createBertModel(config), parameters);
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      const write = (name: string, data: string | Uint8Array): void => {
        fs.writeFileSync(path.join(aside, name), data);
      };
      write('config.json', json(hubConfig(content)));
      write('tokenizer.json', json(content.tokenizerJson));
      write('tokenizer_config.json', json(hubTokenizerConfig(content)));
      write('model.safetensors', writeSafetensors(parameters, { halfPrecision }));
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

function hubConfig({ config, configJson }: ModelFolderContent): Record<string, unknown> {
  return { architectures: ['BertForMaskedLM'], ...configJson, ...config };
}

const SPECIAL_TOKENS = {
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[MASK]',
};

/** What other tools want to know beside `tokenizer.json`; transformers.js finds the mask token here. */
function hubTokenizerConfig({
  config,
  tokenizerJson,
  tokenizerConfigJson,
}: ModelFolderContent): Record<string, unknown> {
  const { normalizer, added_tokens: added } = tokenizerFactsSchema.parse(tokenizerJson);
  const tokens = Object.entries(SPECIAL_TOKENS).filter(([, token]) =>
    added.some(({ content }) => content === token),
  );
  return {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: normalizer?.lowercase ?? true,
    model_max_length: config.max_position_embeddings,
    ...Object.fromEntries(tokens),
    ...tokenizerConfigJson,
  };
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
