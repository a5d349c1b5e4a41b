import { AppError, toAppErrorData, problemOf } from '../errors.js';
import { problem, type Problem } from '../messages/message.js';
import { createModel, parseModelConfig } from '../models/createModel.js';
import { parseImportedConfig } from '../models/importedConfig.js';
import { requireOpset } from '../models/import/readExport.js';
import { headOf, labelsOf } from '../models/labels.js';
import type { HeadKind } from '../models/model.js';
import { readCheckpoint } from '../models/weights/checkpoint.js';
import type { StoredTensor, TensorPlace } from '../models/weights/safetensors.js';
import { parseTokenizer } from '../tokenizer/definition/parseTokenizer.js';
import { missingFiles, usesOf, usesOfConfig, type ModelUse } from './listedModel.js';
import type { NeededFiles } from './neededFiles.js';

/** Content of the small files of a repository, and the header of its weights. */
export interface LoadFacts {
  readonly files: NeededFiles;
  readonly configJson: Readonly<Record<string, unknown>> | null;
  readonly tokenizerJson: unknown;
  readonly tokenizerConfigJson: unknown;
  /** Tensors of the safetensors headers; `null` for an export. */
  readonly tensors: ReadonlyMap<string, TensorPlace> | null;
  /** Opset of an export; `null` if unknown. */
  readonly opset: number | null;
}

/** Whether a model loads here, found out without its weights. */
export interface LoadVerdict {
  /** `null` if the model loads. */
  readonly problem: Problem | null;
  readonly family: string | null;
  readonly uses: readonly ModelUse[];
  /** `null` if unknown. */
  readonly parameters: number | null;
}

/** Checks family, weights or opset, and every stage of the tokenizer. */
export function loadCheck(facts: LoadFacts): LoadVerdict {
  const { configJson, tensors } = facts;
  const type = configJson?.['model_type'];
  const family = typeof type === 'string' ? type.slice(0, 100) : null;
  const parameters = tensors === null ? null : countOf(tensors);
  const failed = (reason: Problem): LoadVerdict => ({
    ...{ problem: reason, family, uses: [], parameters },
  });
  const missing = missingFiles(facts.files, configJson);
  if (missing !== null) return failed(missing);
  try {
    const uses = facts.files.form === 'onnx' ? usesOfExport(facts) : usesOfWeights(facts);
    requireTokenizer(facts);
    return { problem: null, family, uses, parameters };
  } catch (thrown) {
    if (thrown instanceof AppError) return failed(problemOf(thrown.data));
    return failed(problemOf(toAppErrorData(thrown)));
  }
}

function usesOfExport({ configJson, opset }: LoadFacts): ModelUse[] {
  parseImportedConfig(configJson, 'config.json');
  if (opset !== null) requireOpset(opset, 'onnx/model.onnx');
  return usesOfConfig(configJson);
}

function usesOfWeights({ configJson, tensors }: LoadFacts): ModelUse[] {
  const config = parseModelConfig(configJson, 'config.json');
  const stored = headOf(configJson) ?? 'masked-lm';
  const read = (head: HeadKind, isNew: boolean): void => {
    const model = createModel(config, { head, labelCount: labelsOf(configJson).length });
    const allowed = new Set(isNew ? [model.heads[0].name] : []);
    readCheckpoint(model, shapesOf(tensors ?? new Map()), {
      path: 'model.safetensors',
      newHeads: { seed: 0, allowed, rows: new Map() },
    });
  };
  try {
    read(stored, false);
    return usesOf(stored);
  } catch (thrown) {
    // An encoder without a head gets a new one for labels.
    if (stored !== 'masked-lm') throw thrown;
    try {
      read('sequence', true);
    } catch {
      throw thrown;
    }
    return ['fine-tuning'];
  }
}

/** An export tells its number of words only in its graph, whatever its configuration says. */
function requireTokenizer(facts: LoadFacts): void {
  const { configJson, tokenizerJson, tokenizerConfigJson, files } = facts;
  const { vocabularySize: tokens } = parseTokenizer(tokenizerJson, { config: tokenizerConfigJson });
  const rows = configJson?.['vocab_size'];
  if (files.form === 'onnx' || typeof rows !== 'number' || tokens <= rows) return;
  throw new AppError({
    code: 'Model',
    details: {
      path: 'tokenizer.json',
      problem: problem('models.tooManyTokens', { tokens, vocabularySize: rows }),
    },
  });
}

/** Scales of 8-bit weights, which are widened when they are read. */
const SCALE = /_scale$/;

/** Tensors without values: only their names and shapes are compared. */
function shapesOf(tensors: ReadonlyMap<string, TensorPlace>): Map<string, StoredTensor> {
  const bytes = new Uint8Array(0);
  return new Map(
    [...tensors].flatMap(([name, { dtype, dims }]) => {
      const isScale = SCALE.test(name) && tensors.get(name.replace(SCALE, ''))?.dtype === 'I8';
      const isWeight = dtype.includes('F') || (dtype === 'I8' && tensors.has(`${name}_scale`));
      return isScale ? [] : [[name, { dtype: isWeight ? 'F32' : dtype, dims, bytes }]];
    }),
  );
}

function countOf(tensors: ReadonlyMap<string, TensorPlace>): number {
  let count = 0;
  for (const [name, { dims }] of tensors) {
    if (!SCALE.test(name)) count += dims.reduce((a, b) => a * b, 1);
  }
  return count;
}
