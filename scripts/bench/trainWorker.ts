// Runs training steps of the engine on request: reads a JSON task, then `run N` lines, from stdin.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { initializeParameters } from '../../src/core/models/initialize.js';
import type { TrainingBatch } from '../../src/core/train/batch.js';
import { createBertModel } from '../../src/core/models/bert.js';
import { createTrainingEngine } from '../../src/core/train/trainingEngine.js';
import { loadKernels } from '../../src/node/kernels.js';
import { createOnnxRuntime } from '../../src/node/onnxRuntime.js';
import type { TrainAnswer, TrainTask } from './trainTask.js';

/** The masked count is rounded up, as in training, so that compiled shapes repeat. */
const MASKED_STEP = 8;

function createBatch({ batchSize, length, inputIds, positions, labels }: TrainTask): TrainingBatch {
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

async function main(kernelsPath: string): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const task = JSON.parse(String((await lines.next()).value)) as TrainTask;
  const batch = createBatch(task);
  const engine = await createTrainingEngine({
    model: createBertModel(task.config),
    parameters: initializeParameters(task.config, 1),
    optimizer: {
      name: 'adamw',
      learningRate: 1e-4,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
      layerDecay: 1,
      maxGradientNorm: 1,
    },
    runtime: createOnnxRuntime(),
    kernels: await loadKernels(kernelsPath),
    threads: task.threads,
  });
  const require = createRequire(import.meta.url);
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  for (;;) {
    const line = await lines.next();
    if (line.done) return;
    const times: number[] = [];
    let loss = 0;
    for (let i = Number(line.value.split(' ')[1]); i > 0; i--) {
      const start = performance.now();
      ({ loss } = await engine.step(batch, 1e-4));
      times.push(performance.now() - start);
    }
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    const answer: TrainAnswer = { times, loss, peakBytes, version, threads: task.threads };
    console.log(JSON.stringify(answer));
  }
}

await main(process.argv[2]!);
