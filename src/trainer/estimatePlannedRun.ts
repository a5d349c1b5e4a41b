import path from 'node:path';
import type { EstimateRequest, EstimateTask, RunEstimate } from '../core/runs/runEstimate.js';
import { RUN_FILES, type RunSpec } from '../core/runs/schema.js';
import {
  calibrate,
  diskOf,
  memoryOf,
  pickBatchSize,
  secondsOf,
  stepCostOf,
  type TrainingSetup,
} from '../core/train/estimate/estimate.js';
import { lossesOf } from '../core/train/debias/debiasLosses.js';
import { findLearningRate } from '../core/train/estimate/learningRateFinder.js';
import { totalStepsOf, type TrainingData } from '../core/train/data/trainingData.js';
import type { TrainingBatch } from '../core/batches/batch.js';
import { exportNotes } from '../node/models/exportNotes.js';
import { createOnnxRuntime } from '../node/runtime/onnxRuntime.js';
import { featureBytesOf, hasFeatures } from './featureBytes.js';
import { createEngine, loadRun, type LoadedRun } from './prepare.js';
import { memoryBudget } from './memoryBudget.js';
import { threadsOf } from './threads.js';

/** Number of steps whose batches are sampled for their lengths. */
const SAMPLED_STEPS = 24;
/** Time of a forward pass relative to a training step. */
const FORWARD_SHARE = 1 / 3;

/**
 * Estimates time and memory of a planned run, and chooses its batch size and learning rate on
 * request. Throws like the preparation of a run.
 */
export async function estimatePlannedRun(task: EstimateTask): Promise<RunEstimate> {
  const { folder, spec } = task;
  const loaded = await loadRun(spec, {
    modelFolder: spec.model.path,
    storePath: path.join(folder, RUN_FILES.sequences),
    report: () => undefined,
  });
  try {
    return await estimateLoaded(task, loaded);
  } finally {
    loaded.dispose();
  }
}

async function estimateLoaded(request: EstimateRequest, loaded: LoadedRun): Promise<RunEstimate> {
  const batches = sampledBatches(loaded.data);
  const rows = batches.filter(({ loss }) => loss === undefined);
  const lengths = batches.map(({ length }) => length);
  const longest = Math.max(...lengths);
  const fitting = await withFittingBatch(
    request,
    setupOf(request.spec, loaded, { length: longest, maskedShare: maskedShareOf(rows) }),
  );
  const { setup } = fitting;
  const training = { ...request.spec.training, ...fitting.changes };
  const spec = { ...request.spec, training };

  // Texts in windows and further views take more batches per step than the accumulation says.
  const { furtherWork } = await stepCostOf(setup);
  const perStep = workOf(batches, furtherWork) / sampledSteps(loaded.data).length;
  const factor = Math.max(1, perStep / request.spec.training.accumulation);
  const cost = await stepCostOf({ ...setup, accumulation: setup.accumulation * factor });
  const rates = await calibrate(cost.graph, {
    runtime: createOnnxRuntime(),
    threads: threadsOf(training),
    seconds: () => performance.now() / 1000,
  });
  const step = secondsOf(cost, rates);
  const share = lengths.reduce((sum, length) => sum + length, 0) / lengths.length / longest;
  // Steps are as many as before: a batch that does not fit becomes several.
  const totalSteps = totalStepsOf(spec, loaded.data.stepsPerEpoch);
  const heldOut = sequenceBatches(loaded.data) / (request.spec.training.accumulation * factor);
  const evaluations = 1 + Math.ceil(totalSteps / training.evaluateEverySteps);
  const work = { totalSteps, heldOut, evaluations };
  const seconds = hasFeatures(spec)
    ? secondsFromFeatures(loaded.data, { ...work, step: step * share })
    : step * share * (totalSteps + evaluations * heldOut * FORWARD_SHARE);

  return {
    ...fitting.changes,
    memoryBytes: memoryOf(cost).total + bytesOfFeatures(spec, loaded),
    disk: diskOf(cost, training),
    totalSteps,
    seconds,
    parameterCount: cost.parameterCount,
    trainedCount: cost.trainedCount,
    learningRate: request.findLearningRate ? await sweep(spec, loaded) : null,
    notes: loaded.model.imported ? exportNotes(loaded.model.imported.notes) : [],
  };
}

/** Whether a run trains on features: values of the frozen layers that are computed once. */
/** Seconds of a step or evaluation that reads features, of which little is work of the model. */
const SECONDS_FROM_FEATURES = 1e-3;

function secondsFromFeatures(
  { isRepeated, stepsPerEpoch }: TrainingData,
  {
    step,
    totalSteps,
    heldOut,
    evaluations,
  }: Readonly<Record<'step' | 'totalSteps' | 'heldOut' | 'evaluations', number>>,
): number {
  // A step is little more than a forward pass.
  const passes = heldOut + (isRepeated ? Math.min(stepsPerEpoch, totalSteps) : totalSteps);
  return step * passes + SECONDS_FROM_FEATURES * (totalSteps + evaluations * heldOut);
}

/** Most bytes of features that a run keeps, for texts with one row each. */
function bytesOfFeatures(spec: RunSpec, { data, model: { model } }: LoadedRun): number {
  const { batchSize, accumulation } = spec.training;
  const trained = data.isRepeated ? data.stepsPerEpoch * accumulation : 0;
  return featureBytesOf(spec, batchSize * (trained + sequenceBatches(data)), model);
}

function setupOf(
  { task, method, optimizer, training, debias }: RunSpec,
  loaded: LoadedRun,
  { length, maskedShare }: { length: number; maskedShare: number },
): TrainingSetup {
  return {
    model: (loaded.trainable ?? loaded.model).model,
    losses: lossesOf({ task, debias }),
    task,
    method,
    optimizer,
    dropout: training.dropout,
    recompute: training.recompute,
    batchSize: training.batchSize,
    accumulation: training.accumulation,
    length,
    maskingRate: maskedShare,
  };
}

type Changes = Pick<RunEstimate, 'batchSize' | 'accumulation' | 'recompute'>;

async function withFittingBatch(
  { memoryBytes }: EstimateRequest,
  setup: TrainingSetup,
): Promise<{ setup: TrainingSetup; changes: Changes }> {
  const { batchSize, accumulation, recompute } =
    memoryBytes === null
      ? setup
      : await pickBatchSize(setup, memoryBytes === 'auto' ? memoryBudget() : memoryBytes);
  const changes = { batchSize, accumulation, recompute };
  return { setup: { ...setup, ...changes }, changes };
}

/**
 * Work of batches in those of the task: a view is as much of one as it has sequences, and a forward
 * pass more if the model predicts its targets.
 */
function workOf(batches: readonly TrainingBatch[], ofHead: ReadonlyMap<string, number>): number {
  const largest = batches.reduce((most, { batchSize }) => Math.max(most, batchSize), 1);
  return batches.reduce((sum, { loss, batchSize, teacher }) => {
    if (loss === undefined) return sum + 1;
    const passes = (ofHead.get(loss) ?? 1) + (teacher === undefined ? 0 : FORWARD_SHARE);
    return sum + (batchSize / largest) * passes;
  }, 0);
}

/** Batches spread over an epoch. */
function sampledBatches(data: TrainingData): TrainingBatch[] {
  return sampledSteps(data).flatMap((step) => data.trainBatches(step));
}

function sampledSteps({ stepsPerEpoch }: TrainingData): number[] {
  const count = Math.min(SAMPLED_STEPS, stepsPerEpoch);
  return Array.from({ length: count }, (_, i) => Math.floor((i * stepsPerEpoch) / count));
}

/** Number of held-out batches that a model is run on. */
function sequenceBatches(data: TrainingData): number {
  let count = 0;
  for (const { windows } of data.heldOutBatches()) count += windows?.batches.length ?? 1;
  return count;
}

/** Rows with a target per token of the batches. */
function maskedShareOf(batches: readonly TrainingBatch[]): number {
  const sum = (of: (batch: TrainingBatch) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  return (
    sum(({ weights }) => weights.filter((weight) => weight > 0).length) /
    sum(({ tokenCount }) => tokenCount)
  );
}

async function sweep(spec: RunSpec, loaded: LoadedRun): Promise<number | null> {
  const { engine } = await createEngine(spec, loaded.trainable ?? loaded.model);
  try {
    const { suggestion } = await findLearningRate({
      engine,
      // The rate follows from the loss of the task.
      trainBatches: (step) =>
        loaded.data.trainBatches(step).filter(({ loss }) => loss === undefined),
    });
    return suggestion === null ? null : Number(suggestion.toPrecision(2));
  } finally {
    await engine.dispose();
  }
}
