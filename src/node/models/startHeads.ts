import path from 'node:path';
import { inputError, type AppError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { createModel } from '../../core/models/createModel.js';
import { isNewHead, matchRows } from '../../core/models/headOrigin.js';
import { headOf, labelsOf } from '../../core/models/labels.js';
import type { Model, ParameterTensor } from '../../core/models/model.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { RECONSTRUCTION_HEAD } from '../../core/train/debias/debiasLosses.js';
import { isImported, modelFiles, readModelJson } from './modelFiles.js';
import { readModelFolder, type ModelFolder } from './modelFolder.js';

/**
 * Refuses models without the heads that a run needs, by their `config.json` alone: a trained output
 * layer for the method last-layer, a masked-LM head for MASKER, and a classifier of the labels whose
 * errors count. Throws `UserInput` or `Model`.
 */
export async function requireStartHeads({
  task,
  method,
  debias,
  model,
}: Pick<RunSpec, 'task' | 'method' | 'debias' | 'model'>): Promise<void> {
  const objective = objectiveOf(task);
  const labels = objective.headLabels(task)?.labels ?? [];
  if (method.kind === 'last-layer') {
    const { head, stored } = await storedHead(model.path);
    if (head !== objective.head || isNewHead({ rows: matchRows(stored, labels) })) {
      throw inputError(problem('training.lastLayerNew', { model: model.name }));
    }
  }
  if (debias?.kind === 'masker') {
    const { head } = await storedHead(model.path);
    if (head !== 'masked-lm' || isImported(model.path)) {
      throw inputError(problem('training.maskerNeedsHead', { model: model.name }));
    }
  }
  if (debias?.model != null) {
    const { head, stored } = await storedHead(debias.model.path);
    const isKnown = labels.every((label) => stored.includes(label));
    if (head !== objective.head || !isKnown) throw otherModel(debias.model.name, labels);
  }
}

async function storedHead(
  folder: string,
): Promise<{ readonly head: ReturnType<typeof headOf>; readonly stored: readonly string[] }> {
  const config = await readModelJson(folder, modelFiles(folder).config);
  return { head: headOf(config), stored: labelsOf(config) };
}

/** Refusal of a model that does not predict the labels of the data. */
export function otherModel(model: string, labels: readonly string[]): AppError {
  const named = labels.slice(0, SHOWN_LABELS).join(', ');
  return inputError(problem('training.debiasModelOther', { model, labels: named }));
}

const SHOWN_LABELS = 10;

/** A model to train with its values. */
export interface TrainableModel {
  readonly model: Model;
  readonly parameters: Map<string, ParameterTensor>;
}

/**
 * The model of a folder with its masked-LM head as a second one, which is trained beside the first and
 * is not part of the folder that the run leaves. Throws `Model` if the folder lacks that head.
 */
export async function withReconstructionHead(
  folder: Pick<ModelFolder, 'path' | 'model' | 'config' | 'parameters'>,
): Promise<TrainableModel> {
  const { config, parameters } = folder;
  if (config === null) {
    const model = path.basename(folder.path);
    throw inputError(problem('training.maskerNeedsHead', { model }));
  }
  const { heads } = folder.model;
  const words = await readModelFolder(folder.path, { head: 'masked-lm' });
  const model = createModel(config, {
    head: heads[0].kind,
    labelCount: heads[0].outputSize,
    further: [{ name: RECONSTRUCTION_HEAD, kind: 'masked-lm' }],
  });
  const prefix = `heads.${RECONSTRUCTION_HEAD}.`;
  const valueOf = (name: string): ParameterTensor =>
    parameters.get(name) ??
    words.parameters.get(name.startsWith(prefix) ? name.slice(prefix.length) : name)!;
  return {
    model,
    parameters: new Map(model.parameters.map(({ name }) => [name, valueOf(name)])),
  };
}
