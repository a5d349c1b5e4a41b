import type { Measurement, MeasurementRequest } from '../core/runs/measurement.js';
import type { RunSpec } from '../core/runs/schema.js';
import {
  calibrate,
  memoryOf,
  pickBatchSize,
  secondsOf,
  stepCostOf,
  type TrainingSetup,
} from '../core/train/estimate.js';
import { findLearningRate } from '../core/train/learningRateFinder.js';
import { totalStepsOf, type TrainingData } from '../core/train/loop.js';
import { createOnnxRuntime } from '../node/onnxRuntime.js';
import { createEngine, loadRun, type LoadedRun } from './prepare.js';

/** Steps whose batches are looked at for their lengths. */
const SAMPLED_STEPS = 24;
/** A forward pass of a batch takes about a third of a step. */
const FORWARD_SHARE = 1 / 3;

/**
 * Estimates time and memory of a run that is not made yet, and chooses its batch and learning rate
 * where that is asked. Throws what preparing the run throws.
 */
export async function measure(request: MeasurementRequest): Promise<Measurement> {
  const loaded = await loadRun(request.spec, request.spec.model.path, () => undefined);
  const lengths = lengthsOf(loaded.data);
  const longest = Math.max(...lengths);
  const fitting = await withFittingBatch(request, setupOf(request.spec, loaded, longest));
  const { setup } = fitting;
  const training = { ...request.spec.training, ...fitting.changes };
  const spec = { ...request.spec, training };

  const cost = await stepCostOf(setup);
  const rates = await calibrate(cost.graph, {
    runtime: createOnnxRuntime(),
    threads: training.threads,
    seconds: () => performance.now() / 1000,
  });
  const step = secondsOf(cost, rates);
  const share = lengths.reduce((sum, length) => sum + length, 0) / lengths.length / longest;
  // Steps are as many as before: a batch that does not fit becomes several.
  const totalSteps = totalStepsOf(spec, loaded.data.stepsPerEpoch);
  const heldOut = [...loaded.data.heldOutBatches()].length / request.spec.training.accumulation;
  const evaluations = 1 + Math.ceil(totalSteps / training.evaluateEverySteps);
  const seconds = step * share * (totalSteps + evaluations * heldOut * FORWARD_SHARE);

  return {
    ...fitting.changes,
    memoryBytes: memoryOf(cost).total,
    totalSteps,
    seconds,
    parameterCount: cost.parameterCount,
    trainedCount: cost.trainedCount,
    learningRate: request.findLearningRate ? await sweep(spec, loaded) : null,
  };
}

function setupOf(
  { task, method, optimizer, training, masking }: RunSpec,
  { model }: LoadedRun,
  length: number,
): TrainingSetup {
  return {
    model: model.model,
    task,
    method,
    optimizer,
    dropout: training.dropout,
    recompute: training.recompute,
    batchSize: training.batchSize,
    accumulation: training.accumulation,
    length,
    maskingRate: masking.rate,
  };
}

type Changes = Pick<Measurement, 'batchSize' | 'accumulation' | 'recompute'>;

async function withFittingBatch(
  { memoryBytes }: MeasurementRequest,
  setup: TrainingSetup,
): Promise<{ setup: TrainingSetup; changes: Changes }> {
  const { batchSize, accumulation, recompute } =
    memoryBytes === null ? setup : await pickBatchSize(setup, memoryBytes);
  const changes = { batchSize, accumulation, recompute };
  return { setup: { ...setup, ...changes }, changes };
}

/** Lengths of batches spread over an epoch. */
function lengthsOf(data: TrainingData): number[] {
  const count = Math.min(SAMPLED_STEPS, data.stepsPerEpoch);
  return Array.from({ length: count }, (_, i) =>
    Math.floor((i * data.stepsPerEpoch) / count),
  ).flatMap((step) => data.trainBatches(step).map(({ length }) => length));
}

async function sweep(spec: RunSpec, loaded: LoadedRun): Promise<number | null> {
  const { engine } = await createEngine(spec, loaded.model);
  try {
    const { suggestion } = await findLearningRate({
      engine,
      trainBatches: (step) => loaded.data.trainBatches(step),
    });
    return suggestion === null ? null : Number(suggestion.toPrecision(2));
  } finally {
    await engine.dispose();
  }
}
