import path from 'node:path';
import type { InspectedModel } from '../../core/models/inspectedModel.js';
import { createModel, parseModelConfig } from '../../core/models/createModel.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';
import { requireEmbeddings } from './fittingTokenizer.js';
import { isImported, modelFiles, readModelJson, readModelShape } from './modelFiles.js';
import { readExportFacts } from './exportFiles.js';
import { hubPinOf } from '../hub/hubPin.js';
import { fingerprintModelFolder } from './modelFingerprint.js';
import { modelName } from '../../core/models/modelName.js';

/** Inspects the folder of a model to start a run from. Throws `Model` or `Cancelled`. */
export async function inspectModel(
  folder: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<InspectedModel> {
  const { hiddenSize, maxLength } = await readModelShape(folder);
  requireEmbeddings(folder, await loadTokenizer(folder), await vocabularySizeOf(folder));
  const hub = hubPinOf(path.resolve(folder));
  return {
    path: path.resolve(folder),
    name: modelName(path.resolve(folder)),
    sha256: await fingerprintModelFolder(folder, signal),
    ...(hub === null ? {} : { hub }),
    hiddenSize,
    maxLength,
  };
}

/** Rows of a model's word embeddings, without its weights; `null` if not found. */
async function vocabularySizeOf(folder: string): Promise<number | null> {
  if (isImported(folder)) return (await readExportFacts(folder)).vocabularySize;
  const { config } = modelFiles(folder);
  const json = await readModelJson(folder, config);
  return createModel(parseModelConfig(json, path.join(folder, config))).vocabularySize;
}
