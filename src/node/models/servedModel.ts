import fs from 'node:fs';
import { headOf } from '../../core/models/labels.js';
import { loadLabelledModel, type LabelledModel } from './labelledModel.js';
import { modelError, modelFiles, readModelJson } from './modelFiles.js';
import { loadPredictionModel, type PredictionModel } from './predictionModel.js';

/** A model of any kind, loaded for prediction. */
export type ServedModel = PredictionModel | LabelledModel;

/** Loads a model folder as what its `config.json` says it is. Throws `Model`. */
export async function loadServedModel(
  folder: string,
  options: { threads: number },
): Promise<ServedModel> {
  const head = fs.existsSync(folder)
    ? headOf(await readModelJson(folder, modelFiles(folder).config))
    : null;
  return head === 'sequence' || head === 'token'
    ? loadLabelledModel(folder, options)
    : loadPredictionModel(folder, options);
}

/** The model as one that fills masks. Throws `Model` for another kind. */
export function asMasked(model: ServedModel, folder: string): PredictionModel {
  if (model.kind === 'masked-lm') return model;
  throw modelError(
    folder,
    'a model that predicts labels, not words',
    'Choose a masked language model.',
  );
}

/** The model as one that predicts labels, numbers or tags. Throws `Model` for another kind. */
export function asLabelled(model: ServedModel, folder: string): LabelledModel {
  if (model.kind !== 'masked-lm') return model;
  throw modelError(
    folder,
    'a masked language model, which has no labels to predict',
    'Fine-tune it on labelled data first.',
  );
}
