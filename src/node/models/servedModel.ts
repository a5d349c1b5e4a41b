import fs from 'node:fs';
import { modelError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { headOf } from '../../core/models/labels.js';
import type { LabelledModel } from './labelledModel.js';
import { modelFiles, readModelJson } from './modelFiles.js';
import { loadPredictionModel, type PredictionModel } from './predictionModel.js';

/** A model of any task, loaded for prediction. */
export type ServedModel = PredictionModel | LabelledModel;

/** Loads a model folder for the task named in its `config.json`. Throws `Model`. */
export async function loadServedModel(
  folder: string,
  options: { readonly threads: number; readonly form?: GraphForm },
): Promise<ServedModel> {
  const head = fs.existsSync(folder)
    ? headOf(await readModelJson(folder, modelFiles(folder).config))
    : null;
  if (head !== 'sequence' && head !== 'token') return loadPredictionModel(folder, options);
  const { loadLabelledModel } = await import('./labelledModel.js');
  return loadLabelledModel(folder, options);
}

/** Narrows a model to a masked language model. Throws `Model` for other models. */
export function asMasked(model: ServedModel, folder: string): PredictionModel {
  if (model.kind === 'masked-lm') return model;
  throw modelError(folder, problem('models.predictsLabels'));
}

/** Narrows a model to one that predicts labels, numbers or tags. Throws `Model` for other models. */
export function asLabelled(model: ServedModel, folder: string): LabelledModel {
  if (model.kind !== 'masked-lm') return model;
  throw modelError(folder, problem('models.predictsWords'));
}
