import fs from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { AppError } from '../../core/errors.js';
import { halvesToFloats } from '../../core/models/weights/halfPrecision.js';
import { buildPredictionModel } from '../../core/models/inferenceGraphs.js';
import type { InferenceSession, Runtime, Tensor } from '../../core/ports.js';
import type {
  MaskedLanguageModel,
  PredictionBatch,
} from '../../core/predict/maskedLanguageModel.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import {
  isImported,
  modelError,
  modelFiles,
  ONNX_FILE,
  readModelJson,
  readModelShape,
} from './modelFiles.js';
import { loadTokenizer, tokenizerOf } from '../tokenizers/loadTokenizer.js';
import { readModelFolder } from './modelFolder.js';
import { modelName } from '../../core/models/modelName.js';
import { countOf } from './parameterCount.js';
import { readExportFacts } from './onnxFolder.js';
import { createOnnxRuntime } from '../runtime/onnxRuntime.js';

/** A model loaded for prediction; holds native memory until released. */
export interface PredictionModel extends MaskedLanguageModel {
  /** What to call the model where nothing better is known. */
  readonly name: string;
  readonly kind: 'masked-lm';
  readonly family: string;
  readonly parameterCount: number;
  /** Bytes of its weights in memory. */
  readonly weightBytes: number;
  release(): Promise<void>;
}

/**
 * Loads a Hugging Face model folder for fill-mask inference: built from its weights, or as the
 * export that it has. Throws `Model` naming the file that is absent or unusable.
 */
export async function loadPredictionModel(
  folder: string,
  options: { threads: number; runtime?: Runtime },
): Promise<PredictionModel> {
  const runtime = options.runtime ?? createOnnxRuntime();
  const load = isImported(folder) ? loadExport : loadWeights;
  const { vocabularySize, tokenizer, source, run, ...facts } = await load(folder);
  if (vocabularySize !== null && tokenizer.vocabularySize > vocabularySize) {
    throw modelError(
      path.join(folder, 'tokenizer.json'),
      `has ${tokenizer.vocabularySize} tokens, but the model in config.json knows ${vocabularySize}`,
      'Use the tokenizer.json that belongs to this model.',
    );
  }
  // Texts have any length, and a pattern a length would only cost memory.
  const { threads } = options;
  const session = await runtime.createSession(source, { threads, memoryPattern: false });
  return {
    ...facts,
    tokenizer,
    kind: 'masked-lm',
    name: modelName(path.resolve(folder)),
    logitsAt: (batch) => run(session, batch),
    release: () => session.release(),
  };
}

/** What is known of a model before its session is made. */
interface LoadedModel extends Pick<
  PredictionModel,
  'maxLength' | 'family' | 'parameterCount' | 'weightBytes'
> {
  readonly tokenizer: Tokenizer;
  /** Null where only a run tells. */
  readonly vocabularySize: number | null;
  readonly source: Uint8Array | { readonly file: string };
  /** Logits at the positions of a batch, [count, vocabulary]. */
  readonly run: (session: InferenceSession, batch: PredictionBatch) => Promise<Float32Array>;
}

async function loadWeights(folder: string): Promise<LoadedModel> {
  const modelFolder = await readModelFolder(folder, { head: 'masked-lm' });
  const { model, parameters } = modelFolder;
  const parameterCount = countOf(parameters);
  return {
    tokenizer: tokenizerOf(modelFolder),
    vocabularySize: model.heads[0].outputSize,
    maxLength: model.maxLength,
    family: model.family,
    parameterCount,
    weightBytes: parameterCount * Float32Array.BYTES_PER_ELEMENT,
    source: await buildPredictionModel(model, parameters),
    async run(session, batch) {
      const positions = { dims: [batch.positions.length], data: batch.positions };
      const inputs = { ...tokenInputs(batch), positions: { type: 'int64' as const, ...positions } };
      const { logits } = await session.run(inputs, { logits: null });
      return floatsOf(logits);
    },
  };
}

/** An export computes the logits of every token; those that are wanted are picked out. */
async function loadExport(folder: string): Promise<LoadedModel> {
  const { inputs, output, rank, parameterCount } = await readExportFacts(folder);
  const { maxLength } = await readModelShape(folder);
  const file = path.join(folder, ONNX_FILE);
  const unknown = inputs.filter((name) => !TOKEN_INPUTS.includes(name));
  if (unknown.length > 0 || rank !== 3) {
    const problem =
      rank === 3
        ? `it wants inputs that are not known here (${unknown.join(', ')})`
        : 'it has no logits for each token';
    throw modelError(file, problem, 'Use an export made for fill-mask, as Optimum makes them.');
  }
  const files = modelFiles(folder);
  const config = exportConfigSchema.parse(await readModelJson(folder, files.config));
  return {
    tokenizer: await loadTokenizer(folder),
    vocabularySize: config.vocab_size ?? null,
    maxLength,
    family: config.model_type,
    parameterCount,
    weightBytes: await sizeOfFiles(folder, files.weights),
    source: { file },
    async run(session, batch) {
      const results = await session.run(tokenInputs(batch), { [output]: null });
      const everywhere = floatsOf(results[output]);
      const width = everywhere.length / batch.inputIds.length;
      const picked = new Float32Array(batch.positions.length * width);
      batch.positions.forEach((position, i) => {
        const start = Number(position) * width;
        picked.set(everywhere.subarray(start, start + width), i * width);
      });
      return picked;
    },
  };
}

async function sizeOfFiles(folder: string, names: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await fs.stat(path.join(folder, name))).size;
  return bytes;
}

const exportConfigSchema = z.object({
  model_type: z.string().default('unknown'),
  vocab_size: z.int().positive().nullish(),
});

const TOKEN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/** What exports take; a session picks out the inputs that it has. */
function tokenInputs(batch: PredictionBatch): Record<string, Tensor> {
  const { batchSize, length, inputIds, attentionMask } = batch;
  const ids = (data: BigInt64Array): Tensor => ({ type: 'int64', dims: [batchSize, length], data });
  return {
    input_ids: ids(inputIds),
    attention_mask: ids(attentionMask),
    token_type_ids: ids(new BigInt64Array(inputIds.length)),
  };
}

function floatsOf(logits: Tensor | undefined): Float32Array {
  if (logits?.type === 'float32') return logits.data;
  if (logits?.type === 'float16') return halvesToFloats(logits.data);
  const got = logits?.type ?? 'no such output';
  throw new AppError({
    code: 'Graph',
    details: { op: 'logits', expected: 'a float32 output', got },
  });
}
