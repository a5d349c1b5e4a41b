import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ImportedModel, ImportedModelOptions } from '../../src/core/models/imported.js';
import { createImportedModel } from '../../src/core/models/imported.js';
import type { ParameterTensor } from '../../src/core/models/model.js';
import { readSafetensors } from '../../src/core/models/weights/safetensors.js';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';

/** Exports and references made by scripts/fixtures/exportGraphs.py. */
const FOLDER = path.join(import.meta.dirname, '../fixtures/imported');

const unzip = (...parts: string[]): Uint8Array =>
  new Uint8Array(gunzipSync(fs.readFileSync(path.join(FOLDER, ...parts))));

/** Every export as `[folder, name]`. */
export const EXPORTS: readonly (readonly [string, string])[] = fs
  .readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: folder }) =>
    fs
      .readdirSync(path.join(FOLDER, folder))
      .filter((file) => file.endsWith('.onnx.gz') && !file.startsWith('external-'))
      .map((file) => [folder, file.slice(0, -'.onnx.gz'.length)] as const),
  );

export function exportBytes(folder: string, name: string): Uint8Array {
  return unzip(folder, `${name}.onnx.gz`);
}

/** An export whose weights are in a separate file. */
export function externalExport(folder: string): { bytes: Uint8Array; weights: Uint8Array } {
  return {
    bytes: unzip(folder, 'external-model.onnx.gz'),
    weights: unzip(folder, 'external-model.onnx_data.gz'),
  };
}

export function exportConfig(folder: string): Record<string, unknown> {
  const file = path.join(FOLDER, folder, 'config.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
}

export function importExport(
  folder: string,
  name: string,
  options: Partial<ImportedModelOptions> = {},
): Promise<ImportedModel> {
  return createImportedModel({
    bytes: exportBytes(folder, name),
    path: `${folder}/${name}.onnx`,
    readExternal: () => Promise.reject(new Error('nothing is stored elsewhere')),
    config: exportConfig(folder),
    runtime: createOnnxRuntime(),
    ...options,
  });
}

export interface Reference {
  /** Of the first batch. */
  readonly logits: ParameterTensor;
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, ParameterTensor>;
  /** Of 20 steps of AdamW at 1e-3, in float64. */
  readonly losses: readonly number[];
  readonly batches: readonly TrainingBatch[];
}

/** Families with the reference of a sequence classifier. */
export const HEADS = fs
  .readdirSync(FOLDER)
  .filter((folder) => fs.existsSync(path.join(FOLDER, folder, 'head.safetensors.gz')));

/** A sequence classifier of the transformers library, with its weights by name. */
export function readHeadReference(
  folder: string,
): Reference & { readonly weights: ReadonlyMap<string, ParameterTensor> } {
  const file = 'head.safetensors.gz';
  const weights = new Map(
    [...readSafetensors(unzip(folder, file), folder)].flatMap(([name, tensor]) =>
      name.startsWith('weight.') ? [[name.slice('weight.'.length), tensor] as const] : [],
    ),
  );
  return { ...readReference(folder, file), weights };
}

export function readReference(folder: string, file = 'reference.safetensors.gz'): Reference {
  const tensors = readSafetensors(unzip(folder, file), folder);
  const numbers = (name: string): number[] => Array.from(tensors.get(name)!.data);
  const gradients = new Map(
    [...tensors].flatMap(([name, tensor]) =>
      name.startsWith('grad.') ? [[name.slice('grad.'.length), tensor] as const] : [],
    ),
  );
  return {
    logits: tensors.get('logits')!,
    loss: numbers('loss')[0]!,
    gradients,
    losses: numbers('losses'),
    batches: numbers('losses').map((_, i) => readBatch(tensors, i)),
  };
}

function readBatch(tensors: ReadonlyMap<string, ParameterTensor>, index: number): TrainingBatch {
  const slice = (name: string): BigInt64Array => {
    const { dims, data } = tensors.get(`batch.${name}`)!;
    const size = data.length / dims[0]!;
    return BigInt64Array.from(data.subarray(index * size, (index + 1) * size), BigInt);
  };
  const [, batchSize = 0, length = 0] = tensors.get('batch.ids')!.dims;
  const attentionMask = slice('mask');
  const classes = tensors.get('logits')!.dims;
  // A classifier's rows are the sequences, labelled 0, 1, 2, …
  const sequences = classes.length === 2 ? classes : null;
  const positions = sequences ? null : slice('positions');
  const labels = sequences
    ? BigInt64Array.from({ length: batchSize }, (_, i) => BigInt(i % sequences[1]!))
    : slice('labels');
  return {
    batchSize,
    length,
    rowCount: labels.length,
    inputIds: slice('ids'),
    attentionMask,
    tokenTypeIds: slice('types'),
    positions,
    labels,
    values: null,
    weights: new Float32Array(labels.length).fill(1),
    tokenCount: attentionMask.reduce((sum, x) => sum + Number(x), 0),
  };
}
