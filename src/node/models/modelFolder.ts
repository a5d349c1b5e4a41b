import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import type { CheckpointLayout, NewHeads } from '../../core/models/weights/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../core/models/weights/checkpoint.js';
import type { ModelConfig } from '../../core/models/createModel.js';
import { createModel, parseModelConfig } from '../../core/models/createModel.js';
import { buildExportModel } from '../../core/models/inferenceGraphs.js';
import type { ImportedModel } from '../../core/models/imported.js';
import type { FurtherHead, HeadLabels } from '../../core/models/labels.js';
import {
  areUnnamed,
  furtherHeadsOf,
  headOf,
  labelConfig,
  labelsOf,
  withFurtherHeads,
} from '../../core/models/labels.js';
import type { HeadKind, Model, ParameterTensor } from '../../core/models/model.js';
import {
  dequantizedTensors,
  QUANTIZATION_CONFIG,
  quantizedTensors,
} from '../../core/models/weights/quantization.js';
import type { StoredTensor } from '../../core/models/weights/safetensors.js';
import {
  isImported,
  modelError,
  modelFiles,
  ONNX_FILE,
  QUANTIZED_ONNX_FILE,
  readModelJson,
} from './modelFiles.js';
import { readTokenizerJson, type TokenizerSource } from '../tokenizers/loadTokenizer.js';
import { importOnnxFolder, writeOnnxFiles } from './onnxFolder.js';
import { asideOf, replaceFolder, storing } from '../files/storage.js';
import { hubTokenizerConfig, readTokenizerFiles } from '../tokenizers/tokenizerFiles.js';
import { readWeightFile, writeWeightFile } from './weightFiles.js';

/** A model in the hub's folder layout, read as a whole and checked. */
export interface ModelFolder extends TokenizerSource {
  readonly path: string;
  readonly model: Model;
  /** Null for a model that is imported from `onnx/model.onnx`. */
  readonly config: ModelConfig | null;
  /** `config.json` as it stands, unknown fields included, and what a new head's labels are. */
  readonly configJson: Record<string, unknown>;
  /** What else belongs to the tokenizer, by file name, e.g. `special_tokens_map.json`. */
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array>;
  /** Every parameter of the model by its hub name. */
  readonly parameters: Map<string, ParameterTensor>;
  /** Order and spelling of the weights, and the tensors beside the parameters. */
  readonly layout: CheckpointLayout;
  /** Parameters of a head that the folder lacked, with new values. */
  readonly newParameters: readonly string[];
  /** How the export that the model is imported from is written again. */
  readonly imported?: ImportedSource;
}

export interface ImportedSource {
  readonly folder: string;
  readonly writeBack: ImportedModel['writeBack'];
}

export interface ReadModelOptions {
  /** That of the folder's `architectures` unless given. */
  readonly head?: HeadKind;
  /** For a classifier that the folder lacks, or whose labels are others: it is made anew. */
  readonly labels?: HeadLabels;
  /**
   * Heads beside the first one; new where the folder lacks them. Those of the folder unless these or
   * another `head` are given; none if `head` is.
   */
  readonly furtherHeads?: readonly FurtherHead[];
  /** Of new weights; 0 unless given. */
  readonly seed?: number;
}

/**
 * Reads `config.json`, the tokenizer's files and `model.safetensors` (whole or in shards), or
 * imports `onnx/model.onnx` where the model cannot be built.
 *
 * @throws AppError `Model` that names the file that is missing or broken.
 */
export async function readModelFolder(
  folder: string,
  options: ReadModelOptions = {},
): Promise<ModelFolder> {
  if (!fs.existsSync(folder)) {
    throw modelError(folder, 'there is no such folder', 'Choose another model folder.');
  }
  const files = modelFiles(folder);
  const storedConfig = await readModelJson(folder, files.config);
  // Weights are widened when they are read, and written as floats.
  delete storedConfig['quantization_config'];
  const read = isImported(folder) ? importModel : buildModel;
  const { labels } = options;
  const config = withFurtherHeads(storedConfig, wantedHeads(folder, storedConfig, options));
  return {
    path: folder,
    configJson: labels ? { ...config, ...labelConfig(labels) } : config,
    ...(await readTokenizerJson(folder)),
    tokenizerFiles: await readTokenizerFiles(folder),
    ...(await read(folder, storedConfig, options)),
  };
}

type ReadModel = Pick<
  ModelFolder,
  'model' | 'config' | 'parameters' | 'layout' | 'newParameters' | 'imported'
>;

async function buildModel(
  folder: string,
  configJson: Record<string, unknown>,
  options: ReadModelOptions,
): Promise<ReadModel> {
  const { head, labels } = options;
  const { config: configName, weights } = modelFiles(folder);
  const config = parseModelConfig(configJson, path.join(folder, configName));
  const storedLabels = labelsOf(configJson);
  const furtherHeads = wantedHeads(folder, configJson, options);
  const model = createModel(config, {
    head: head ?? headOf(configJson) ?? 'masked-lm',
    labelCount: labels?.labels.length ?? storedLabels.length,
    further: furtherHeads.map((further) => ({ ...further, labelCount: further.labels.length })),
  });
  const tensors = new Map<string, StoredTensor>();
  for (const name of weights) {
    for (const [key, tensor] of await readWeightFile(folder, name)) tensors.set(key, tensor);
  }
  const weightPath = path.join(folder, 'model.safetensors');
  const { parameters, layout, created } = readCheckpoint(
    model,
    dequantizedTensors(tensors, weightPath),
    {
      path: weightPath,
      newHeads: newHeadsOf(model, options, {
        labels: storedLabels,
        further: furtherHeadsOf(configJson, path.join(folder, configName)),
      }),
    },
  );
  return { model, config, parameters, layout, newParameters: created };
}

/** The heads beside the first one that a folder is read with. */
function wantedHeads(
  folder: string,
  configJson: Readonly<Record<string, unknown>>,
  { head, furtherHeads }: ReadModelOptions,
): readonly FurtherHead[] {
  if (furtherHeads) return furtherHeads;
  const file = path.join(folder, modelFiles(folder).config);
  return head === undefined ? furtherHeadsOf(configJson, file) : [];
}

/** The heads that may be new, by what the folder has. */
function newHeadsOf(
  { heads: [first] }: Model,
  { labels, furtherHeads = [], seed = 0 }: ReadModelOptions,
  stored: { readonly labels: readonly string[]; readonly further: readonly FurtherHead[] },
): NewHeads {
  const allowed = new Set(furtherHeads.map(({ name }) => name));
  const renewed = new Set(
    furtherHeads
      .filter((wanted) => wanted.kind !== 'masked-lm' && !stored.further.some(isSameHead(wanted)))
      .map(({ name }) => name),
  );
  if (labels && first.kind !== 'masked-lm') {
    allowed.add(first.name);
    if (areOtherLabels(stored.labels, labels.labels)) renewed.add(first.name);
  }
  return { seed, allowed, renewed };
}

const isSameHead = (wanted: FurtherHead) => (stored: FurtherHead) =>
  stored.name === wanted.name &&
  stored.kind === wanted.kind &&
  !areOtherLabels(stored.labels, wanted.labels);

async function importModel(
  folder: string,
  configJson: Record<string, unknown>,
  { head, labels, furtherHeads = [] }: ReadModelOptions,
): Promise<ReadModel> {
  const imported = await importOnnxFolder(folder, configJson);
  const { model, parameters } = imported;
  const file = path.join(folder, ONNX_FILE);
  if (head !== undefined && model.heads[0].kind !== head) {
    const problem = `its head is of another kind (${model.heads[0].kind} instead of ${head})`;
    throw modelError(file, problem, 'Choose an export that was made with this head.');
  }
  if (labels && model.heads[0].outputSize !== labels.labels.length) {
    const problem = `it answers with ${model.heads[0].outputSize} numbers, not ${labels.labels.length}`;
    throw modelError(file, problem, 'Choose an export that was made for these labels.');
  }
  if (furtherHeads.length > 0) {
    const problem = 'the model is imported from this export, which has one head';
    throw modelError(file, problem, 'Choose a model with its weights in model.safetensors.');
  }
  return {
    model,
    config: null,
    parameters,
    layout: new Map(),
    newParameters: [],
    imported: { folder, writeBack: (values) => imported.writeBack(values) },
  };
}

/** A classifier's rows mean nothing under other names. */
function areOtherLabels(stored: readonly string[], wanted: readonly string[]): boolean {
  return !areUnnamed(stored) && stored.join('\0') !== wanted.join('\0');
}

/** What a session that gives `logits` is made from: the model as the hub lays it out, or its export. */
export async function exportOf({
  model,
  parameters,
  imported,
}: ModelFolder): Promise<Uint8Array | { readonly file: string }> {
  if (imported) return { file: path.join(imported.folder, ONNX_FILE) };
  return buildExportModel(model, parameters);
}

export const WEIGHT_PRECISIONS = ['float32', 'float16', 'int8'] as const;
export type WeightPrecision = (typeof WEIGHT_PRECISIONS)[number];

/** What a folder is written from; a `ModelFolder` has all of it but the card. */
export interface ModelFolderContent {
  /** Null only for an imported model. */
  readonly config: ModelConfig | null;
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
  readonly imported?: ImportedSource;
  /** Markdown, written as `README.md`. */
  readonly modelCard: string;
  /** How weights are stored; with `int8` the export is `onnx/model_int8.onnx`. */
  readonly precision?: WeightPrecision;
  /** Leaves out `onnx/model.onnx`, which can be built again from the rest. */
  readonly withoutOnnx?: boolean;
}

/** Writes a model folder aside and renames it, so that a reader sees all of it or nothing. */
export async function writeModelFolder(folder: string, content: ModelFolderContent): Promise<void> {
  const aside = asideOf(folder);
  const json = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';
  const { parameters, imported, precision = 'float32' } = content;
  const quantized = precision === 'int8';
  if (imported && precision !== 'float32') throw keepsItsPrecision(imported.folder);
  const model = modelOf(content);
  const onnx =
    imported || content.withoutOnnx || isTooLarge(parameters, quantized ? 1 : 4)
      ? null
      : await buildExportModel(model, parameters, { quantized });
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      const write = (name: string, data: string | Uint8Array): void => {
        fs.writeFileSync(path.join(aside, name), data);
      };
      write('config.json', json(hubConfig(content, model)));
      write('tokenizer.json', json(content.tokenizerJson));
      write('tokenizer_config.json', json(hubTokenizerConfig(content, model)));
      for (const [name, bytes] of content.tokenizerFiles ?? []) write(name, bytes);
      write('README.md', content.modelCard);
      if (imported) {
        writeOnnxFiles(aside, imported.folder, imported.writeBack(parameters));
      } else {
        const floats = writeCheckpoint(parameters, content.layout);
        const weights = quantized ? quantizedTensors(floats) : floats;
        const file = path.join(aside, 'model.safetensors');
        writeWeightFile(file, weights, { halfPrecision: precision === 'float16' });
      }
      if (onnx !== null) {
        fs.mkdirSync(path.join(aside, path.dirname(ONNX_FILE)));
        write(quantized ? QUANTIZED_ONNX_FILE : ONNX_FILE, onnx);
      }
      replaceFolder(aside, folder);
    } catch (thrown) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw thrown;
    }
  });
}

function modelOf({ model, config }: ModelFolderContent): Model {
  if (model) return model;
  if (config) return createModel(config);
  throw new RangeError('neither a model nor the configuration of one');
}

/** An ONNX file holds no more than 2 GiB; `width`: bytes a number takes there. */
function isTooLarge(parameters: ReadonlyMap<string, ParameterTensor>, width: number): boolean {
  let bytes = 0;
  for (const { data } of parameters.values()) bytes += data.length * width;
  return bytes > 2 ** 31 - 2 ** 24;
}

function keepsItsPrecision(folder: string): AppError {
  const problem = `${folder} is an export, which is written back as it came.`;
  const remedy = 'Leave the precision out, or choose a model that has its safetensors.';
  return new AppError({ code: 'UserInput', details: { problem, remedy } });
}

/** A whole `config.json` is kept as it stands, and what it lacks comes from `config`. */
function hubConfig(
  { config, configJson = {}, precision }: ModelFolderContent,
  model: Model,
): object {
  const fields = {
    ...('model_type' in configJson ? configJson : { ...configJson, ...config }),
    ...(precision === 'int8' && { quantization_config: QUANTIZATION_CONFIG }),
  };
  return 'architecture' in model ? { ...fields, architectures: [model.architecture] } : fields;
}
