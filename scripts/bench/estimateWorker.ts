// Estimates training steps, or runs them and measures: reads one JSON task from stdin.
import { readFileSync } from 'node:fs';
import { createBertModel } from '../../src/core/models/bert.js';
import { DEFAULT_OPTIMIZER } from '../../src/core/train/defaults.js';
import { calibrate, memoryOf, secondsOf, stepCostOf } from '../../src/core/train/estimate.js';
import { createOnnxRuntime } from '../../src/node/onnxRuntime.js';
import { createBatch, createEngine, methodSpecOf } from './trainEngine.js';
import type { TrainTask } from './trainTask.js';

export interface EstimateAnswer {
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly detail: object;
}

async function estimate(task: TrainTask): Promise<EstimateAnswer> {
  const { config, batchSize, length, method, threads } = task;
  const start = performance.now();
  const cost = await stepCostOf({
    model: createBertModel(config),
    task: { kind: 'masked-lm' },
    method: methodSpecOf(method, config.num_hidden_layers),
    optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-4 },
    dropout: false,
    recompute: false,
    batchSize,
    accumulation: 1,
    length,
    maskingRate: 0.15,
  });
  const built = performance.now();
  const seconds = (): number => performance.now() / 1000;
  const rates = await calibrate(cost.graph, { runtime: createOnnxRuntime(), threads, seconds });
  const memory = memoryOf(cost);
  return {
    milliseconds: 1000 * secondsOf(cost, rates),
    megabytes: memory.total / 1e6,
    detail: {
      ...memory,
      gigaflops: rates.flopsPerSecond / 1e9,
      gigabytesPerSecond: rates.bytesPerSecond / 1e9,
      buildMs: built - start,
      calibrationMs: performance.now() - built,
      productsMs: (1000 * cost.graph.products.total) / rates.flopsPerSecond,
      passesMs: (1000 * cost.graph.passes.total) / rates.bytesPerSecond,
      nodes: cost.graph.nodeCount,
    },
  };
}

async function train(task: TrainTask, kernels: string, steps: number): Promise<EstimateAnswer> {
  const batch = createBatch(task);
  const engine = await createEngine(task, kernels);
  const times: number[] = [];
  for (let i = 0; i < steps + 2; i++) {
    const start = performance.now();
    await engine.step([batch], 1e-4);
    if (i >= 2) times.push(performance.now() - start);
  }
  return {
    milliseconds: times.sort((a, b) => a - b)[times.length >> 1]!,
    megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
    detail: { times: times.map(Math.round) },
  };
}

async function main([mode, kernels = '', steps = '10']: readonly string[]): Promise<void> {
  const task = JSON.parse(readFileSync(0, 'utf8')) as TrainTask;
  const answer = mode === 'train' ? train(task, kernels, Number(steps)) : estimate(task);
  console.log(JSON.stringify(await answer));
}

await main(process.argv.slice(2));
