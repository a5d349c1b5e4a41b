import path from 'node:path';
import { AppError } from '../core/errors.js';
import { buildPredictionModel } from '../core/models/inferenceGraphs.js';
import type { InferenceSession, Runtime } from '../core/ports.js';
import type { MaskedLanguageModel, PredictionBatch } from '../core/predict/maskedLanguageModel.js';
import { parseTokenizer } from '../core/text/parseTokenizer.js';
import type { Tokenizer } from '../core/text/tokenizer.js';
import { readModelFolder } from './modelFolder.js';
import { modelName } from './modelName.js';
import { createOnnxRuntime } from './onnxRuntime.js';

/** A model loaded for prediction; holds native memory until released. */
export interface PredictionModel extends MaskedLanguageModel {
  /** What to call the model where nothing better is known. */
  readonly name: string;
  readonly family: string;
  readonly parameterCount: number;
  release(): Promise<void>;
}

/**
 * Loads a Hugging Face model folder for fill-mask inference. Throws `Model` naming the file that
 * is absent or unusable.
 */
export async function loadPredictionModel(
  folder: string,
  options: { threads: number; runtime?: Runtime },
): Promise<PredictionModel> {
  const { model, parameters, tokenizerJson } = await readModelFolder(folder, { head: 'masked-lm' });
  const tokenizer = parseTokenizer(tokenizerJson, { path: path.join(folder, 'tokenizer.json') });
  if (tokenizer.vocabularySize > model.outputSize) {
    throw new AppError({
      code: 'Model',
      details: {
        path: path.join(folder, 'tokenizer.json'),
        problem: `has ${tokenizer.vocabularySize} tokens, but the model in config.json knows ${model.outputSize}`,
        remedy: 'Use the tokenizer.json that belongs to this model.',
      },
    });
  }
  const runtime = options.runtime ?? createOnnxRuntime();
  const session = await runtime.createSession(await buildPredictionModel(model, parameters), {
    threads: options.threads,
    // Texts have any length, and a pattern a length would only cost memory.
    memoryPattern: false,
  });
  let parameterCount = 0;
  for (const { data } of parameters.values()) parameterCount += data.length;
  return new OnnxMaskedLanguageModel(session, {
    tokenizer,
    maxLength: model.maxLength,
    name: modelName(folder),
    family: model.family,
    parameterCount,
  });
}

class OnnxMaskedLanguageModel implements PredictionModel {
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  readonly name: string;
  readonly family: string;
  readonly parameterCount: number;

  constructor(
    private readonly session: InferenceSession,
    facts: Omit<PredictionModel, 'release' | 'logitsAt'>,
  ) {
    this.tokenizer = facts.tokenizer;
    this.maxLength = facts.maxLength;
    this.name = facts.name;
    this.family = facts.family;
    this.parameterCount = facts.parameterCount;
  }

  async logitsAt(batch: PredictionBatch): Promise<Float32Array> {
    const { batchSize, length, inputIds, attentionMask, positions } = batch;
    const dims = [batchSize, length];
    const { logits } = await this.session.run(
      {
        input_ids: { type: 'int64', dims, data: inputIds },
        attention_mask: { type: 'int64', dims, data: attentionMask },
        positions: { type: 'int64', dims: [positions.length], data: positions },
      },
      { logits: null },
    );
    if (logits?.type !== 'float32') {
      throw new AppError({
        code: 'Graph',
        details: {
          op: 'logits',
          expected: 'a float32 output',
          got: logits?.type ?? 'no such output',
        },
      });
    }
    return logits.data;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
