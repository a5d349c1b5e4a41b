import path from 'node:path';
import { message, type Message } from '../core/messages/message.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import type { RunSpec } from '../core/runs/schema.js';
import type { TrainingEngine } from '../core/train/engine/engine.js';
import { lossOf } from '../core/objectives/objectives.js';
import { lossesOf } from '../core/train/debias/debiasLosses.js';
import { createTrainingEngine } from '../core/train/engine/trainingEngine.js';
import { weightOf } from '../core/train/verification/expectedResults.js';
import { collectGarbage } from '../node/runtime/collectGarbage.js';
import { chooseProvider } from '../node/runtime/executionProvider.js';
import { loadKernels } from '../node/runtime/loadKernels.js';
import { exportNotes } from '../node/models/exportNotes.js';
import { fittingTokenizer } from '../node/models/fittingTokenizer.js';
import { readModelFolder, type ModelFolder } from '../node/models/modelFolder.js';
import {
  requireStartHeads,
  withReconstructionHead,
  type TrainableModel,
} from '../node/models/startHeads.js';
import { verifyImport } from '../node/models/verifyImport.js';
import { wrongPredictions } from '../node/models/wrongPredictions.js';
import { createOnnxRuntime } from '../node/runtime/onnxRuntime.js';
import { prepareLabelled } from '../node/preparation/prepareLabelled.js';
import type { PreparedData } from '../node/preparation/preparedData.js';
import { prepareText } from '../node/preparation/prepareText.js';
import { refuseChangedFiles } from '../node/preparation/refuseChangedFiles.js';
import { threadsOf } from './threads.js';

/** Model and data of a run, without its training engine. */
export interface LoadedRun extends PreparedData {
  readonly model: ModelFolder;
  /** The model with a second head that is trained; `null` for the model as it is. */
  readonly trainable: TrainableModel | null;
}

/** Everything the loop needs, built from the spec alone: the same spec gives the same. */
export interface PreparedRun extends PreparedData {
  /** Without its weights: those of the engine count, and memory is short. */
  readonly model: Omit<ModelFolder, 'parameters'>;
  readonly engine: TrainingEngine;
}

export interface PrepareOptions {
  readonly modelFolder: string;
  /** File for the sequences of large data; overwritten if it exists. */
  readonly storePath: string;
  readonly report: (activity: Message) => void;
}

/**
 * Loads model and data of a run and builds its engine. `report` is called with each activity and may
 * throw to stop. Throws `Model`, `Data` or `UserInput`.
 */
export async function prepare(spec: RunSpec, options: PrepareOptions): Promise<PreparedRun> {
  const loaded = await loadRun(spec, options);
  try {
    options.report(message('training.buildingGraph'));
    await verifyBeforeRun(spec, loaded);
    collectGarbage();
    const { trainable, ...others } = loaded;
    const { parameters, ...model } = loaded.model;
    const { engine, warnings } = await createEngine(
      spec,
      trainable ?? { model: model.model, parameters },
    );
    return { ...others, model, engine, warnings: [...warnings, ...loaded.warnings] };
  } catch (thrown) {
    loaded.dispose();
    throw thrown;
  }
}

/** Refuses a run on an export whose graph a pass changed, before anything is trained. */
async function verifyBeforeRun(
  { task, method, training, model: { sha256 } }: RunSpec,
  { model, data }: LoadedRun,
): Promise<void> {
  const batch = data.trainBatches(0).find((one) => weightOf(one) > 0);
  if (model.imported === undefined || batch === undefined) return;
  const { recompute } = training;
  await verifyImport(model, { batch, losses: [lossOf(task)], method, recompute, sha256 });
}

/** Loads model and data of a run. */
export async function loadRun(
  spec: RunSpec,
  { modelFolder, storePath, report }: PrepareOptions,
): Promise<LoadedRun> {
  report(message('training.loadingModel'));
  const { task, training } = spec;
  const objective = objectiveOf(task);
  const labels = objective.headLabels(task);
  const model = await readModelFolder(modelFolder, {
    head: objective.head,
    ...(labels !== null && { labels }),
    seed: training.seed,
    newHead: training.newHead,
  });
  const tokenizer = fittingTokenizer(model);
  await requireStartHeads({ ...spec, model: { ...spec.model, path: modelFolder } });
  const trainable = spec.debias?.kind === 'masker' ? await withReconstructionHead(model) : null;
  const maxLength = Math.min(training.maxLength, model.model.maxLength);

  report(message('training.readingData'));
  await refuseChangedFiles(spec);
  const data =
    objective.data === 'text'
      ? await prepareText(spec, { tokenizer, maxLength, storePath, report })
      : await prepareLabelled(spec, objective, { tokenizer, maxLength, wrongPredictions });
  const notes = model.imported ? exportNotes(model.imported.notes) : [];
  return {
    ...data,
    model,
    trainable,
    warnings: [...notes, ...data.warnings],
  };
}

/** Cached sessions of a run whose batches have further views. */
const SESSIONS_OF_VIEWS = 24;

/** The engine of a run, on the execution provider that works here. */
export async function createEngine(
  { task, method, optimizer, training, debias }: RunSpec,
  { model, parameters }: TrainableModel,
): Promise<{ readonly engine: TrainingEngine; readonly warnings: readonly Message[] }> {
  const runtime = createOnnxRuntime();
  const { provider, problem } = await chooseProvider(training.executionProvider, runtime);
  const losses = lossesOf({ task, debias });
  const engine = await createTrainingEngine({
    model,
    parameters,
    losses,
    method,
    optimizer,
    dropout: training.dropout,
    recompute: training.recompute,
    seed: training.seed,
    runtime,
    kernels: await loadKernels(path.join(__dirname, 'kernels.wasm')),
    threads: threadsOf(training),
    executionProvider: provider,
    // Views of few examples come in more shapes.
    ...(losses.length > 1 && { maxSessions: SESSIONS_OF_VIEWS }),
  });
  return { engine, warnings: problem === null ? [] : [problem] };
}
