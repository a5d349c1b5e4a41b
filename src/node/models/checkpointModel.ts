import fs from 'node:fs';
import path from 'node:path';
import type { Model, ParameterTensor } from '../../core/models/model.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { RUN_FILES, type MethodSpec } from '../../core/runs/schema.js';
import { mergeAdapter, selectTrained } from '../../core/train/engine/trainedParameters.js';
import { storing, sweepAsides } from '../files/storage.js';
import { newestCheckpointStep, readNewestWeights } from '../runs/checkpoints.js';
import { refuseLinksIn } from '../runs/runDirectory.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { findStartModel } from './findStartModel.js';
import { readModelCard } from './modelFiles.js';
import { readModelFolder, writeModelFolder } from './modelFolder.js';

/** A model folder with the weights of a checkpoint. */
export interface CheckpointModel {
  readonly folder: string;
  readonly step: number;
}

/** The model in use, and the one that takes its place. */
const KEPT = 2;

/**
 * Writes the model at the newest checkpoint of a run to `<root>/step-<step>`, unless it is there, and
 * removes all but the newest two. Adapters are merged. Answers `null` while there is no checkpoint that
 * is whole. Throws `Model` if the model that the run started from has changed, `Storage` if the disk is
 * full.
 */
export async function writeCheckpointModel(
  directory: string,
  root: string,
): Promise<CheckpointModel | null> {
  refuseLinksIn(directory);
  const known = knownModel(root, newestCheckpointStep(directory));
  if (known !== null) return known;
  const spec = await readRunSpec(directory);
  const weights = readNewestWeights(directory);
  if (weights === null) return null;
  const { step } = weights;
  // The newest checkpoint may be damaged, and the one before it known.
  const older = knownModel(root, step);
  if (older !== null) return older;
  const { head } = objectiveOf(spec.task);
  const start =
    spec.newModel === null ? await findStartModel(spec) : path.join(directory, RUN_FILES.start);
  const model = await readModelFolder(start, { head, seed: spec.training.seed });
  const folder = path.join(root, nameOf(step));
  storing(folder, () => fs.mkdirSync(root, { recursive: true }));
  await writeModelFolder(folder, {
    ...model,
    parameters: withCheckpoint(model, spec.method, weights.parameters),
    // Names the languages of the model.
    modelCard: readModelCard(start) ?? '',
    ...(model.imported === undefined && { withoutOnnx: true }),
  });
  keepNewest(root);
  return { folder, step };
}

/** Parameters of a model with the trained ones of a checkpoint, adapters merged. */
function withCheckpoint(
  {
    model,
    parameters,
  }: { readonly model: Model; readonly parameters: ReadonlyMap<string, ParameterTensor> },
  method: MethodSpec,
  trained: ReadonlyMap<string, Float32Array>,
): Map<string, ParameterTensor> {
  const merged = new Map(parameters);
  for (const [name, { dims }] of parameters) {
    const data = trained.get(name);
    if (data !== undefined) merged.set(name, { dims, data });
  }
  for (const { weight, down, up, scale } of selectTrained(model, method).adapters) {
    const [lower, upper] = [trained.get(down.name), trained.get(up.name)];
    if (lower === undefined || upper === undefined) continue;
    merged.set(weight, mergeAdapter(merged.get(weight)!, lower, upper, scale));
  }
  return merged;
}

function knownModel(root: string, step: number | null): CheckpointModel | null {
  if (step === null) return null;
  const folder = path.join(root, nameOf(step));
  return fs.existsSync(path.join(folder, 'config.json')) ? { folder, step } : null;
}

function keepNewest(root: string): void {
  sweepAsides(root);
  const stepIn = (name: string): number => Number(name.slice(PREFIX.length));
  const names = fs.readdirSync(root).filter((name) => name.startsWith(PREFIX));
  for (const old of names.sort((a, b) => stepIn(b) - stepIn(a)).slice(KEPT)) {
    fs.rmSync(path.join(root, old), { recursive: true, force: true });
  }
}

const PREFIX = 'step-';
const nameOf = (step: number): string => PREFIX + String(step);
