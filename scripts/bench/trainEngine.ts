/** The engine and the batch of a training benchmark, in the process that is measured. */
import { initializeParameters } from '../../src/core/models/weights/initialize.js';
import { createModel } from '../../src/core/models/createModel.js';
import { methodSpecSchema } from '../../src/core/runs/schema.js';
import type { MethodSpec } from '../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../src/core/batches/batch.js';
import { DEFAULT_OPTIMIZER } from '../../src/core/specs/defaults.js';
import type { TrainingEngine } from '../../src/core/train/engine/engine.js';
import { lossOf } from '../../src/core/objectives/objectives.js';
import { createTrainingEngine } from '../../src/core/train/engine/trainingEngine.js';
import { loadKernels } from '../../src/node/runtime/loadKernels.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import type { Method, TrainTask } from './trainTask.js';

/** The masked count is rounded up, as in training, so that compiled shapes repeat. */
const MASKED_STEP = 8;

export function createBatch(task: TrainTask): TrainingBatch {
  const { batchSize, length, inputIds, positions, labels } = task;
  const rowCount = Math.ceil(positions.length / MASKED_STEP) * MASKED_STEP;
  const taken = new Set(positions);
  const free = inputIds.flatMap((_, i) => (taken.has(i) ? [] : [i]));
  const fill = rowCount - positions.length;
  return {
    batchSize,
    length,
    rowCount,
    inputIds: BigInt64Array.from(inputIds, BigInt),
    attentionMask: new BigInt64Array(inputIds.length).fill(1n),
    tokenTypeIds: null,
    values: null,
    positions: BigInt64Array.from([...positions, ...free.slice(0, fill)], BigInt),
    labels: BigInt64Array.from([...labels, ...new Array<number>(fill).fill(0)], BigInt),
    weights: Float32Array.from({ length: rowCount }, (_, i) => (i < positions.length ? 1 : 0)),
    tokenCount: inputIds.length,
  };
}

export async function createEngine(
  { config, method, threads }: TrainTask,
  kernelsPath: string,
): Promise<TrainingEngine> {
  return createTrainingEngine({
    model: createModel(config),
    parameters: initializeParameters(config, 1),
    losses: [lossOf({ kind: 'masked-lm' })],
    method: methodSpecOf(method, config.num_hidden_layers),
    optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-4 },
    runtime: createOnnxRuntime(),
    kernels: await loadKernels(kernelsPath),
    threads,
  });
}

/** `last-layers`: the last two layers and the head; `lora`: rank 8 on queries and values. */
function methodSpecOf(method: Method, layers: number): MethodSpec {
  if (method === 'lora') {
    const lora = { rank: 8, alpha: 16, targets: ['query', 'value'] };
    return methodSpecSchema.parse({ kind: 'lora', lora });
  }
  const freeze = method === 'last-layers' ? { embeddings: true, layers: layers - 2 } : {};
  return methodSpecSchema.parse({ freeze });
}
