import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { encodeModel } from '../../graph/onnx.js';
import type { Model } from '../../models/model.js';
import type { Runtime, Tensor } from '../../ports.js';
import { objectiveOf } from '../../objectives/objectives.js';
import type { MethodSpec, OptimizerSpec, TaskSpec } from '../../runs/schema.js';
import { costOf, type GraphCost, type Work } from './graphCost.js';
import { createOptimizer } from '../optimizer/optimizers.js';
import { lossOf } from '../../objectives/objectives.js';
import type { LossTerms } from '../../batches/losses.js';
import { selectTrained, type TrainedParameters } from '../engine/trainedParameters.js';
import { buildTrainingGraph, type BatchShape } from '../engine/trainingGraphs.js';

/** A run as far as its time and memory go. */
export interface TrainingSetup {
  readonly model: Model;
  readonly task: TaskSpec;
  readonly method: MethodSpec;
  readonly optimizer: OptimizerSpec;
  readonly dropout: boolean;
  readonly recompute: boolean;
  readonly batchSize: number;
  /** Batches per step. */
  readonly accumulation: number;
  /** Tokens per row of the longest batch. */
  readonly length: number;
  /** Share of the tokens that are masked, of masked-language modelling. */
  readonly maskingRate: number;
  /** Losses of the run. Default: that of the task. */
  readonly losses?: LossTerms;
}

/** Cost of one step of a setup. */
export interface StepCost {
  /** Of one batch. */
  readonly graph: GraphCost;
  readonly batches: number;
  /** Work of a batch of each further head, by the name of its loss, in batches of the first. */
  readonly furtherWork: ReadonlyMap<string, number>;
  /** Floats of all parameters, adapters included, and of those that are trained. */
  readonly parameterCount: number;
  readonly trainedCount: number;
  /** Floats of the optimizer's arrays. */
  readonly stateCount: number;
}

export async function stepCostOf(setup: TrainingSetup): Promise<StepCost> {
  const { model, task, method, dropout, recompute, accumulation } = setup;
  const trained = selectTrained(model, method);
  const { losses = [lossOf(task)] } = setup;
  const plan = { model, losses, trained, dropout, recompute } as const;
  const shape = longestShape(setup);
  const { graph } = await buildTrainingGraph(plan, shape);
  const cost = costOf(graph);
  let { activationBytes } = cost;
  const furtherWork = new Map<string, number>();
  // A further head may need more memory than the first one; their batches come one after the other.
  for (const { name, head } of losses) {
    if (head === undefined) continue;
    const rowCount = Math.ceil(shape.batchSize * shape.length * RECONSTRUCTED_SHARE);
    const further = await buildTrainingGraph(plan, { ...shape, rowCount, loss: name });
    const found = costOf(further.graph);
    furtherWork.set(name, found.products.total / cost.products.total);
    activationBytes = Math.max(activationBytes, found.activationBytes);
  }
  return {
    graph: { ...cost, activationBytes },
    batches: accumulation,
    furtherWork,
    ...countFloats(setup, trained),
  };
}

/** Share of the tokens that a second head reconstructs, at most about. */
const RECONSTRUCTED_SHARE = 0.15;

function longestShape({ task, batchSize, length, maskingRate }: TrainingSetup): BatchShape {
  const size = { batchSize, length, maskedShare: maskingRate };
  const rowCount = objectiveOf(task).rowCount(size);
  return { batchSize, length, rowCount, padded: true, typed: false, offset: false };
}

function countFloats(
  { model, optimizer }: TrainingSetup,
  { names, adapters }: TrainedParameters,
): Pick<StepCost, 'parameterCount' | 'trainedCount' | 'stateCount'> {
  const update = createOptimizer(optimizer);
  const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const added = adapters.flatMap(({ down, up }) => [down, up]);
  const trained = [...model.parameters.filter(({ name }) => names.has(name)), ...added];
  return {
    parameterCount: sum([...model.parameters, ...added].map(({ dims }) => count(dims))),
    trainedCount: sum(trained.map(({ dims }) => count(dims))),
    stateCount: sum(trained.flatMap(({ dims }) => Object.values(update.stateSizes(dims)))),
  };
}

/** Peak resident memory of a run in bytes, by purpose. */
export interface MemoryEstimate {
  /** The process, its code and ONNX Runtime. */
  readonly process: number;
  /** Parameters, gradients and the optimizer's state. */
  readonly training: number;
  /** Values between the layers. */
  readonly activations: number;
  readonly total: number;
}

/** Bytes of Node with the trainer's code, typical data and a small session; measured. */
const PROCESS_BYTES = 215e6;
/** Factor for fragmentation of live memory; measured. */
const FRAGMENTATION = 1.15;

/**
 * Peak memory of a run on the CPU, by its longest batches: values of sessions for shorter ones take
 * the same places, where the C library keeps freed memory (see `node/onnxRuntime.ts`).
 */
export function memoryOf({
  graph,
  batches,
  parameterCount,
  trainedCount,
  stateCount,
}: Omit<StepCost, 'furtherWork'>): MemoryEstimate {
  // Gradients of several batches add up in a separate buffer.
  const gradients = trainedCount * (batches > 1 ? 2 : 1);
  const parts = {
    process: PROCESS_BYTES,
    training: 4 * (parameterCount + gradients + stateCount),
    activations: FRAGMENTATION * graph.activationBytes,
  };
  return { ...parts, total: Object.values(parts).reduce((a, b) => a + b, 0) };
}

/** Checkpoints on the disk while a new one is written: it, the newest, and the one before. */
const CHECKPOINTS_AT_ONCE = 3;

/** Space that a run takes on the disk, in bytes. */
export interface DiskEstimate {
  /** Most while it trains. */
  readonly training: number;
  /** Once it has finished: its model. */
  readonly finished: number;
}

/** Space of checkpoints, of the best weights if they are kept, and of the trained model. */
export function diskOf(
  {
    parameterCount,
    trainedCount,
    stateCount,
  }: Pick<StepCost, 'parameterCount' | 'trainedCount' | 'stateCount'>,
  { restoreBest }: { readonly restoreBest: boolean },
): DiskEstimate {
  const best = restoreBest ? 4 * trainedCount : 0;
  const checkpoint = 4 * (trainedCount + stateCount);
  const finished = 4 * parameterCount;
  return {
    training: best + (CHECKPOINTS_AT_ONCE - 1) * checkpoint + Math.max(checkpoint, finished),
    finished,
  };
}

/** Speed of a machine for each kind of work of a model. */
export interface MachineRates {
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface CalibrationOptions {
  readonly runtime: Runtime;
  readonly threads: number;
  /** Monotonic seconds. */
  readonly seconds: () => number;
}

/** Kinds of nodes that are timed, the ones with the most work first. */
const TIMED_PRODUCTS = 10;
const TIMED_PASSES = 6;

/**
 * Times the nodes of a graph that make most of its work, by themselves, at their own sizes, with
 * all inputs refilled: about a second for a small model, a few for a base one.
 */
export async function calibrate(
  { graph, products, passes }: GraphCost,
  options: CalibrationOptions,
): Promise<MachineRates> {
  return {
    flopsPerSecond: await rateOf(graph, products, TIMED_PRODUCTS, options),
    bytesPerSecond: await rateOf(graph, passes, TIMED_PASSES, options),
  };
}

async function rateOf(
  graph: Graph,
  { groups }: Work,
  limit: number,
  options: CalibrationOptions,
): Promise<number> {
  let work = 0;
  let seconds = 0;
  for (const group of groups.filter(({ node }) => canBeTimed(graph, node)).slice(0, limit)) {
    work += group.count * group.work;
    seconds += group.count * (await timeNode(graph, group.node, options));
  }
  return work / seconds;
}

/** Integers that are computed may be indices, for which random numbers are not valid. */
function canBeTimed(graph: Graph, { inputs }: GraphNode): boolean {
  return inputs.every((name) => {
    return name === '' || graph.constants.has(name) || graph.info(name).type === 'float32';
  });
}

/** Copies of a node run together for about this long, next to which a session's own time is little. */
const SECONDS_A_RUN = 0.03;
const MOST_COPIES = 64;
const RUNS = 3;

/** Seconds that one node takes: of many copies of it, the best of a few runs, as other work comes and goes. */
async function timeNode(
  graph: Graph,
  node: GraphNode,
  options: CalibrationOptions,
): Promise<number> {
  const alone = await timeCopies(graph, node, 1, options);
  const copies = Math.min(MOST_COPIES, Math.ceil(SECONDS_A_RUN / alone));
  return copies === 1 ? alone : (await timeCopies(graph, node, copies, options)) / copies;
}

async function timeCopies(
  graph: Graph,
  { op, domain, attributes, inputs, outputs }: GraphNode,
  copies: number,
  { runtime, threads, seconds }: CalibrationOptions,
): Promise<number> {
  const small = new Graph(graph.opset);
  const feeds: Record<string, Tensor> = {};
  for (const name of new Set(inputs.filter((input) => input !== ''))) {
    const constant = graph.constants.get(name);
    const dims = graph.staticDims(name);
    if (constant !== undefined) small.constant(name, constant);
    else feeds[small.input(name, 'float32', dims)] = waves(dims);
  }
  let last = '';
  for (let i = 0; i < copies; i++) {
    last = small.append({ op, domain, inputs, attributes, outputCount: outputs.length })[0]!;
  }
  // Outputs of a session are copied, which does not count as the node's work.
  const size = small.node('Shape', [last]);
  small.outputs.push(size);
  // Optimization would find the copies to be the same.
  const session = await runtime.createSession(encodeModel(small), {
    threads,
    memoryPattern: false,
    optimize: false,
  });
  try {
    let best = Infinity;
    await session.run(feeds, { [size]: null });
    for (let i = 0; i < RUNS; i++) {
      const start = seconds();
      await session.run(feeds, { [size]: null });
      best = Math.min(best, seconds() - start);
    }
    return best;
  } finally {
    await session.release();
  }
}

function waves(dims: readonly number[]): Tensor {
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++) data[i] = 0.5 + ((i * 7919) % 1024) / 1024;
  return { type: 'float32', dims, data };
}

/** Slowdown of nodes within a whole graph, whose inputs are less often in cache; measured. */
const CROWDING = 1.08;
/** Overhead of ONNX Runtime per node, and of a session per run; measured. */
const SECONDS_A_NODE = 8e-6;
const SECONDS_A_SESSION = 1e-3;

/** Seconds of a step: the products and passes of its batches, then clipping and the update. */
export function secondsOf(
  { graph, batches, trainedCount, stateCount }: Omit<StepCost, 'furtherWork'>,
  { flopsPerSecond, bytesPerSecond }: MachineRates,
): number {
  const { products, passes, nodeCount } = graph;
  // Parameters and states are read and written, gradients read for the norm and for the update.
  const updated = 4 * (4 * trainedCount + 2 * stateCount);
  return (
    batches *
      (CROWDING * (products.total / flopsPerSecond + passes.total / bytesPerSecond) +
        nodeCount * SECONDS_A_NODE +
        SECONDS_A_SESSION) +
    updated / bytesPerSecond
  );
}

/** A batch size that fits, with the accumulation that keeps the effective batch size. */
export interface FittingBatch {
  readonly batchSize: number;
  readonly accumulation: number;
  /** True where only recomputed activations fit. */
  readonly recompute: boolean;
  readonly memory: MemoryEstimate;
}

/**
 * The largest batch whose estimated memory is within `memoryBytes`, at most the setup's own step of
 * `batchSize` × `accumulation` sequences, into which it goes without a rest; above 8 a multiple of
 * 8. If not even one sequence fits, activations are recomputed.
 *
 * @throws AppError `UserInput` if nothing fits
 */
export async function pickBatchSize(
  setup: TrainingSetup,
  memoryBytes: number,
): Promise<FittingBatch> {
  const sequences = setup.batchSize * setup.accumulation;
  let least = Infinity;
  for (const recompute of setup.recompute ? [true] : [false, true]) {
    for (const batchSize of batchSizesOf(sequences)) {
      const accumulation = sequences / batchSize;
      const memory = memoryOf(await stepCostOf({ ...setup, batchSize, accumulation, recompute }));
      if (memory.total <= memoryBytes) return { batchSize, accumulation, recompute, memory };
      least = Math.min(least, memory.total);
    }
  }
  throw inputError(
    problem('training.batchDoesNotFit', {
      needed: { bytes: least },
      limit: { bytes: memoryBytes },
    }),
  );
}

/** Divisors from the largest down: all up to 8, above it multiples of 8 and the whole. */
function batchSizesOf(sequences: number): number[] {
  const sizes = Array.from({ length: sequences }, (_, i) => sequences - i);
  return sizes.filter((size) => {
    return sequences % size === 0 && (size <= 8 || size % 8 === 0 || size === sequences);
  });
}
