import fs from 'node:fs';
import path from 'node:path';
import { inputError, modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { ONNX_FILES, type WeightPrecision } from '../../core/models/exportFormats.js';
import type { CheckpointLayout } from '../../core/models/weights/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../core/models/weights/checkpoint.js';
import type { ModelConfig } from '../../core/models/createModel.js';
import { createModel, parseModelConfig } from '../../core/models/createModel.js';
import {
  buildExportModel,
  widensWeights,
  type GraphForm,
} from '../../core/models/inferenceGraphs.js';
import type { ImportedModel } from '../../core/models/imported.js';
import type { HeadOrigin, NewHead } from '../../core/models/headOrigin.js';
import {
  newHeadsOf,
  originOfExport,
  originOfNewHead,
  withHeadRows,
} from '../../core/models/storedHeads.js';
import type { StoredHeads } from '../../core/models/storedHeads.js';
import type { FurtherHead, HeadLabels } from '../../core/models/labels.js';
import {
  architecturesWith,
  furtherHeadsOf,
  headOf,
  labelConfig,
  labelsOf,
  problemTypeOf,
  withFurtherHeads,
} from '../../core/models/labels.js';
import type { HeadKind, Model, ParameterTensor } from '../../core/models/model.js';
import type { ModelSource } from '../../core/ports.js';
import {
  joinScales,
  QUANTIZATION_CONFIG,
  quantizedTensors,
} from '../../core/models/weights/quantization.js';
import type { StoredTensor } from '../../core/models/weights/safetensors.js';
import {
  isImported,
  missingModelFolder,
  modelFiles,
  ONNX_FILE,
  readModelJson,
  sizeOfFiles,
} from './modelFiles.js';
import { readTokenizerJson, type TokenizerSource } from '../tokenizers/loadTokenizer.js';
import { exportSource } from './exportFiles.js';
import { asideOf, replaceFolder, storing, sweepAsides } from '../files/storage.js';
import { hubTokenizerConfig, readTokenizerFiles } from '../tokenizers/tokenizerFiles.js';
import { readWeightFile, writeWeightFile } from './weightFiles.js';

/** A model folder in the hub's layout, completely read and validated. */
export interface ModelFolder extends TokenizerSource {
  readonly path: string;
  readonly model: Model;
  /** `null` for a model imported from `onnx/model.onnx`. */
  readonly config: ModelConfig | null;
  /** Content of `config.json`, including unknown fields, with the labels of a new head. */
  readonly configJson: Record<string, unknown>;
  /** Other files of the tokenizer by name, such as `special_tokens_map.json`. */
  readonly tokenizerFiles: ReadonlyMap<string, Uint8Array>;
  /** All parameters of the model by hub name. */
  readonly parameters: Map<string, ParameterTensor>;
  /** Order and names of the weights, and tensors that are not parameters. */
  readonly layout: CheckpointLayout;
  /** Newly initialized parameters of heads that the folder lacked. */
  readonly newParameters: readonly string[];
  /** Start of the first head's output layer; `null` unless labels were requested. */
  readonly headOrigin: HeadOrigin | null;
  /** Writes trained values back to the export that the model was imported from. */
  readonly imported?: ImportedSource;
}

export interface ImportedSource {
  readonly folder: string;
  /** Content of the export with a new head; `null` for that of the file. */
  readonly content: Uint8Array | null;
  readonly writeBack: ImportedModel['writeBack'];
  readonly reduced: ImportedModel['reduced'];
  readonly notes: ImportedModel['notes'];
  /** Values of the file, with its own head or the new one. */
  readonly parameters: ImportedModel['parameters'];
}

export interface ReadModelOptions {
  /** Default: the head in `architectures` of the folder. */
  readonly head?: HeadKind;
  /** Labels of the classifier; a new one is created if the folder has none or has other labels. */
  readonly labels?: HeadLabels;
  /**
   * Heads other than the first one; created if the folder lacks them. Default: those of the folder,
   * or none if `head` is given.
   */
  readonly furtherHeads?: readonly FurtherHead[];
  /** Seed of new weights. Default: 0. */
  readonly seed?: number;
  /** Initial output layer of a new head. Default: `random`. */
  readonly newHead?: NewHead;
}

/**
 * Reads `config.json`, the tokenizer files and `model.safetensors` (one file or shards), or imports
 * `onnx/model.onnx` if the family is not supported.
 *
 * @throws AppError `Model` for a missing or broken file.
 */
export async function readModelFolder(
  folder: string,
  options: ReadModelOptions = {},
): Promise<ModelFolder> {
  if (!fs.existsSync(folder)) {
    throw missingModelFolder(folder);
  }
  const files = modelFiles(folder);
  const storedConfig = await readModelJson(folder, files.config);
  // Weights are widened when they are read, and written as floats.
  delete storedConfig['quantization_config'];
  const read = isImported(folder) ? importModel : buildModel;
  const { labels } = options;
  const config = withFurtherHeads(storedConfig, wantedHeads(folder, storedConfig, options));
  const tokenizer = {
    ...(await readTokenizerJson(folder)),
    tokenizerFiles: await readTokenizerFiles(folder),
  };
  const model = await read(folder, storedConfig, options);
  const hasNewHead = model.imported !== undefined && model.imported.content !== null;
  return {
    path: folder,
    configJson: {
      ...config,
      ...(labels && labelConfig(labels)),
      ...(hasNewHead && architecturesWith(model.model.heads[0].kind, config)),
    },
    ...tokenizer,
    ...model,
  };
}

type ReadModel = Pick<
  ModelFolder,
  'model' | 'config' | 'parameters' | 'layout' | 'newParameters' | 'headOrigin' | 'imported'
>;

async function buildModel(
  folder: string,
  configJson: Record<string, unknown>,
  options: ReadModelOptions,
): Promise<ReadModel> {
  const { head, labels } = options;
  const { config: configName, weights } = modelFiles(folder);
  const config = parseModelConfig(configJson, path.join(folder, configName));
  const storedHead = headOf(configJson);
  const furtherHeads = wantedHeads(folder, configJson, options);
  const model = createModel(config, {
    head: head ?? storedHead ?? 'masked-lm',
    labelCount: labels?.labels.length ?? labelsOf(configJson).length,
    further: furtherHeads.map((further) => ({ ...further, labelCount: further.labels.length })),
  });
  const tensors = new Map<string, StoredTensor>();
  for (const name of weights) {
    for (const [key, tensor] of await readWeightFile(folder, name)) tensors.set(key, tensor);
  }
  const weightPath = path.join(folder, 'model.safetensors');
  const stored: StoredHeads = {
    labels: storedHead === model.heads[0].kind ? labelsOf(configJson) : null,
    problemType: problemTypeOf(configJson),
    further: furtherHeadsOf(configJson, path.join(folder, configName)),
  };
  const { parameters, layout, created, headRows } = readCheckpoint(
    model,
    joinScales(tensors, weightPath),
    { path: weightPath, newHeads: newHeadsOf(model, stored, options) },
  );
  const rows = headRows.get(model.heads[0].name);
  const headOrigin =
    rows === undefined || labels === undefined
      ? null
      : { rows, labels: labels.labels, stored: stored.labels };
  return { model, config, parameters, layout, newParameters: created, headOrigin };
}

/** Heads other than the first one that a folder is read with. */
function wantedHeads(
  folder: string,
  configJson: Readonly<Record<string, unknown>>,
  { head, furtherHeads }: ReadModelOptions,
): readonly FurtherHead[] {
  if (furtherHeads) return furtherHeads;
  const file = path.join(folder, modelFiles(folder).config);
  return head === undefined ? furtherHeadsOf(configJson, file) : [];
}

async function importModel(
  folder: string,
  configJson: Record<string, unknown>,
  { head, labels, furtherHeads = [], seed = 0, newHead = 'random' }: ReadModelOptions,
): Promise<ReadModel> {
  const file = path.join(folder, ONNX_FILE);
  if (furtherHeads.length > 0) {
    throw modelError(file, problem('models.exportHasOneHead'));
  }
  const origin = labels === undefined ? null : originOfExport(configJson, labels);
  const wanted =
    origin === null || head === undefined || head === 'masked-lm'
      ? undefined
      : { kind: head, rows: origin.rows, seed, newHead };
  const { importOnnxFolder } = await import('./onnxFolder.js');
  const imported = await importOnnxFolder(folder, configJson, wanted);
  const { model, parameters, attached } = imported;
  if (head !== undefined && model.heads[0].kind !== head) {
    const kinds = { got: model.heads[0].kind, expected: head };
    throw modelError(file, problem('models.otherHead', kinds));
  }
  if (labels && model.heads[0].outputSize !== labels.labels.length) {
    const sizes = { got: model.heads[0].outputSize, expected: labels.labels.length };
    throw modelError(file, problem('models.otherOutputSize', sizes));
  }
  const isOwn = origin !== null && attached === null;
  const headOrigin = origin && (attached === null ? origin : originOfNewHead(origin, attached));
  return {
    model,
    config: null,
    parameters: isOwn ? withHeadRows(model, parameters, origin) : parameters,
    layout: new Map(),
    newParameters: attached?.created ?? [],
    headOrigin,
    imported: {
      folder,
      content: attached?.bytes ?? null,
      writeBack: (values) => imported.writeBack(values),
      reduced: (values, form) => imported.reduced(values, form),
      notes: imported.notes,
      parameters,
    },
  };
}

/** ONNX model for a session that outputs `logits`: built from the weights, or the export itself. */
export async function exportOf(
  { path: file, model, parameters, imported }: ModelFolder,
  form: GraphForm = {},
): Promise<ModelSource> {
  if (!imported) {
    const external = new Map<string, Uint8Array>();
    const options = { target: 'session', external } as const;
    const bytes = await buildExportModel(model, parameters, form, options);
    return { file, linked: { bytes, external, widensWeights: widensWeights(form) } };
  }
  const { precision = 'float32' } = form;
  return precision === 'float32'
    ? exportSource(imported.folder, imported.content)
    : imported.reduced(parameters, form);
}

/** Bytes of the ONNX export of a model, with its external data. */
export async function sizeOfExport(
  folder: Pick<ModelFolder, 'path' | 'model' | 'parameters' | 'imported'>,
  form: GraphForm = {},
): Promise<number> {
  const { model, parameters, imported } = folder;
  const { precision = 'float32' } = form;
  if (!imported) return (await buildExportModel(model, parameters, form)).length;
  if (precision !== 'float32') return (await imported.reduced(parameters, form)).length;
  return sizeOfFiles(folder.path, modelFiles(folder.path).weights);
}

/** Content of a model folder to write: that of a `ModelFolder` and a model card. */
export interface ModelFolderContent {
  /** `null` only for an imported model. */
  readonly config: ModelConfig | null;
  /** Default: the masked language model of `config`. */
  readonly model?: Model;
  /** More fields of `config.json`, such as those of the model that it was trained from. */
  readonly configJson?: Readonly<Record<string, unknown>>;
  readonly tokenizerJson: unknown;
  readonly tokenizerConfigJson?: Readonly<Record<string, unknown>> | null;
  readonly tokenizerFiles?: ReadonlyMap<string, Uint8Array>;
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  /** Default: hub names only. */
  readonly layout?: CheckpointLayout;
  readonly imported?: ImportedSource;
  /** Markdown, written as `README.md`. */
  readonly modelCard: string;
  /** Form of the ONNX file, which is named after its precision; the weights have that precision, too. */
  readonly form?: GraphForm;
  /** Skips the ONNX file, which can be rebuilt from the other files; not for imported models. */
  readonly withoutOnnx?: boolean;
}

/** Writes a model folder atomically, so that readers see all of it or nothing. */
export async function writeModelFolder(folder: string, content: ModelFolderContent): Promise<void> {
  const { parameters, imported, form = {} } = content;
  const { precision = 'float32' } = form;
  if (imported && content.withoutOnnx) {
    throw inputError(problem('models.exportIsOnnx', { folder: imported.folder }));
  }
  const keepsFile = imported !== undefined && precision === 'float32';
  const onnx = keepsFile ? null : await onnxOf(content);
  const { writeOnnxFiles } = await import('./onnxFolder.js');
  writeAside(folder, (aside) => {
    writeDescription(aside, content);
    if (keepsFile) {
      writeOnnxFiles(aside, imported.folder, imported.writeBack(parameters));
    } else if (!imported) {
      const floats = writeCheckpoint(parameters, content.layout);
      const weights = precision === 'int8' ? quantizedTensors(floats) : floats;
      const file = path.join(aside, 'model.safetensors');
      writeWeightFile(file, weights, { halfPrecision: precision === 'float16' });
    }
    if (onnx !== null) {
      fs.mkdirSync(path.join(aside, path.dirname(ONNX_FILE)));
      fs.writeFileSync(path.join(aside, ONNX_FILES[precision]), onnx);
    }
  });
}

/** The ONNX file of a folder; `null` if it is skipped, or too large beside weights. */
async function onnxOf(content: ModelFolderContent): Promise<Uint8Array | null> {
  const { parameters, imported, withoutOnnx = false, form = {} } = content;
  if (imported) return imported.reduced(parameters, form);
  const width = BYTES_PER_NUMBER[form.precision ?? 'float32'];
  if (withoutOnnx || isTooLarge(parameters, width)) return null;
  return buildExportModel(modelOf(content), parameters, form);
}

/** Makes a folder that appears under its name when `write` has filled it. */
export function writeAside(folder: string, write: (aside: string) => void): void {
  sweepAsides(path.dirname(folder));
  const aside = asideOf(folder);
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      write(aside);
      replaceFolder(aside, folder);
    } catch (thrown) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw thrown;
    }
  });
}

/** Writes what is beside the weights of a model: configuration, tokenizer and model card. */
export function writeDescription(folder: string, content: ModelFolderContent): void {
  const json = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';
  const write = (name: string, data: string | Uint8Array): void => {
    fs.writeFileSync(path.join(folder, name), data);
  };
  const model = modelOf(content);
  write('config.json', json(hubConfig(content, model)));
  write('tokenizer.json', json(content.tokenizerJson));
  write('tokenizer_config.json', json(hubTokenizerConfig(content, model)));
  for (const [name, bytes] of content.tokenizerFiles ?? []) write(name, bytes);
  write('README.md', content.modelCard);
}

function modelOf({ model, config }: ModelFolderContent): Model {
  if (model) return model;
  if (config) return createModel(config);
  throw new RangeError('neither a model nor the configuration of one');
}

const BYTES_PER_NUMBER: Readonly<Record<WeightPrecision, number>> = {
  float32: 4,
  float16: 2,
  int8: 1,
};

/** Whether an ONNX file would exceed its limit of 2 GiB. `width` is bytes per number. */
function isTooLarge(parameters: ReadonlyMap<string, ParameterTensor>, width: number): boolean {
  let bytes = 0;
  for (const { data } of parameters.values()) bytes += data.length * width;
  return bytes > 2 ** 31 - 2 ** 24;
}

/** Keeps a complete `config.json` unchanged; otherwise adds the fields of `config`. */
function hubConfig(
  { config, configJson = {}, form, imported }: ModelFolderContent,
  model: Model,
): object {
  const hasIntegers = form?.precision === 'int8' && imported === undefined;
  const fields = {
    ...('model_type' in configJson ? configJson : { ...configJson, ...config }),
    ...(hasIntegers && { quantization_config: QUANTIZATION_CONFIG }),
  };
  return 'architecture' in model ? { ...fields, architectures: [model.architecture] } : fields;
}
