import { createModel } from '../core/models/createModel.js';
import type { Model } from '../core/models/model.js';
import { newModelConfig } from '../core/models/newModel.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import type { NewModelSpec, RunSpec } from '../core/runs/schema.js';
import { memoryOf, stepCostOf } from '../core/train/estimate/estimate.js';
import { lossesOf } from '../core/train/debias/debiasLosses.js';
import { withReconstructionHead } from '../node/models/startHeads.js';
import { readModelFolder } from '../node/models/modelFolder.js';
import { tokenizerOf } from '../node/tokenizers/loadTokenizer.js';
import { featureBytesOf } from './featureBytes.js';
import { givenTokenizer } from './makeNewModel.js';

/** Bytes of a short text with its label, to estimate the number of rows without reading data. */
const BYTES_PER_ROW = 32;

/**
 * Peak memory of a run in bytes, as if its longest batch had sequences of the greatest length. Reads
 * the model and no data. Throws `Model`.
 */
export async function memoryOfPlannedRun(spec: RunSpec): Promise<number> {
  const { task, method, optimizer, training, masking } = spec;
  const losses = lossesOf(spec);
  const model = await modelOf(spec);
  const { dropout, recompute, batchSize, accumulation, maxLength } = training;
  const cost = await stepCostOf({
    ...{ model, task, method, optimizer, dropout, recompute, batchSize, losses },
    // Gradients of further views add up as those of accumulated batches do.
    accumulation: accumulation * losses.length,
    length: Math.min(maxLength, model.maxLength),
    maskingRate: Math.max(
      ...[masking?.rate ?? 0, masking?.schedule?.from ?? 0, masking?.schedule?.to ?? 0],
    ),
  });
  const bytes = spec.data.files.reduce((sum, file) => sum + file.bytes, 0);
  return memoryOf(cost).total + featureBytesOf(spec, Math.ceil(bytes / BYTES_PER_ROW), model);
}

async function modelOf(spec: RunSpec): Promise<Model> {
  const { task, training, newModel } = spec;
  if (newModel !== null) return newModelOf(spec, newModel);
  const objective = objectiveOf(task);
  const labels = objective.headLabels(task);
  const folder = await readModelFolder(spec.model.path, {
    head: objective.head,
    ...(labels !== null && { labels }),
    seed: training.seed,
    newHead: training.newHead,
  });
  const isMasker = spec.debias?.kind === 'masker';
  return isMasker ? (await withReconstructionHead(folder)).model : folder.model;
}

/** Model that a run will make, without its weights. */
async function newModelOf(
  { model: { path: folder }, training: { maxLength } }: RunSpec,
  { architecture, vocabulary }: NewModelSpec,
): Promise<Model> {
  const vocabularySize =
    vocabulary.kind === 'given'
      ? tokenizerOf({ path: folder, ...(await givenTokenizer(vocabulary)) }).vocabularySize
      : vocabulary.size;
  const tokenizer = { vocabularySize, special: { pad: 0 } };
  return createModel(newModelConfig(architecture, { tokenizer, maxLength }), { head: 'masked-lm' });
}
