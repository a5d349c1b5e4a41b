import type { Graph } from '../../graph/graph.js';
import type { Model, ParameterTensor } from '../../models/model.js';
import { headNamed } from '../../models/model.js';
import type { Runtime, SessionOptions, Tensor } from '../../ports.js';
import type { MethodSpec, OptimizerSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import { pooledLogits, requireFittingInputs, rowWeightsOf } from '../../batches/batch.js';
import type { EvaluationSums } from '../../batches/evaluationSums.js';
import type { OptimizerState, StepResult, TrainingEngine } from './engine.js';
import { DropoutMasks } from './dropoutMasks.js';
import { FrozenFeatures } from './frozenFeatures.js';
import type { Kernels } from '../optimizer/kernels.js';
import { ParameterMemory } from './parameterMemory.js';
import { SessionCache, shapeOf } from './sessionCache.js';
import type { LossTerm, LossTerms } from '../../batches/losses.js';
import { evaluatedAs, lossNamed, lossSumOf, targetsOf } from '../../batches/losses.js';
import { lossInputs, requireLosses, weightTotals } from './lossInputs.js';
import { selectTrained } from './trainedParameters.js';
import type { BatchShape, GraphPlan, TrainingGraph } from './trainingGraphs.js';
import {
  buildEvaluationGraph,
  buildFeaturesGraph,
  buildLogitsGraph,
  buildTrainingGraph,
  FEATURES,
  graphLossOf,
} from './trainingGraphs.js';

export interface TrainingEngineOptions {
  readonly model: Model;
  /** Initial values, copied. Every parameter of the model, by its hub name. */
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  /** Losses whose weighted sum is minimized. */
  readonly losses: LossTerms;
  readonly method: MethodSpec;
  readonly optimizer: OptimizerSpec;
  /** Whether the rates in the model's configuration are in force. */
  readonly dropout?: boolean;
  /** Computes activations again in the backward pass instead of keeping them. */
  readonly recompute?: boolean;
  /** Draws dropout and new adapters. */
  readonly seed?: number;
  readonly runtime: Runtime;
  readonly kernels: Kernels;
  /** Intra-op threads; results are bit-identical for a fixed number. */
  readonly threads: number;
  readonly executionProvider?: SessionOptions['executionProvider'];
  /** Maximum number of cached sessions, one per batch shape. */
  readonly maxSessions?: number;
  /** Of one kernel memory; for tests. */
  readonly memoryLimitBytes?: number;
}

/**
 * Trains a model with ONNX Runtime sessions over memory that it owns.
 *
 * @throws AppError `UserInput` if nothing is left to train or memory is short; `Graph` if
 * values do not fit the model.
 */
export async function createTrainingEngine(
  options: TrainingEngineOptions,
): Promise<TrainingEngine> {
  const { model, losses, method, dropout = false, recompute = false } = options;
  requireLosses(losses, model);
  const plan = { model, losses, trained: selectTrained(model, method), dropout, recompute };
  const featureDims = method.kind === 'last-layer' ? await featureDimsOf(plan) : null;
  return new OnnxTrainingEngine(options, {
    plan: { ...plan, fromFeatures: featureDims !== null },
    featureDims,
  });
}

/** Tokens per sequence where a graph does not read them. */
const UNREAD_LENGTH = 32;

/**
 * Shape of the features of a row; `null` if they are not the same at each step, because of dropout, or
 * if the model has none.
 */
async function featureDimsOf(plan: GraphPlan): Promise<readonly number[] | null> {
  if (plan.dropout) return null;
  const rowCount = 2;
  const found = await buildFeaturesGraph(plan, shapeFromFeatures({ rowCount }, plan.model));
  return found === null ? null : found.graph.staticDims(found.features).slice(1);
}

/** Shape of graphs that read features: one for batches of as many rows. */
function shapeFromFeatures(
  { rowCount, ...shape }: Pick<BatchShape, 'rowCount' | 'loss'> & { readonly offset?: boolean },
  { maxLength }: Model,
): BatchShape {
  const length = Math.min(UNREAD_LENGTH, maxLength);
  return {
    ...{ batchSize: rowCount, length, rowCount, padded: false, typed: false, offset: false },
    ...shape,
  };
}

/** A batch of a step, the loss it is for, and the sum of the weights of all that loss's rows. */
interface LossShare {
  readonly batch: TrainingBatch;
  readonly term: LossTerm;
  readonly total: number;
  /** Of the batch in its step. */
  readonly index: number;
}

class OnnxTrainingEngine implements TrainingEngine {
  private readonly plan: GraphPlan;
  private readonly memory: ParameterMemory;
  private readonly sessions: SessionCache;
  private readonly masks: DropoutMasks;
  private readonly options: Pick<TrainingEngineOptions, 'model' | 'losses'>;
  /** Tensors that a graph's loss and rows of gradients are written to. */
  private readonly results = new WeakMap<Graph, Readonly<Record<string, Tensor>>>();
  readonly features: FrozenFeatures | null;

  constructor(
    options: TrainingEngineOptions,
    {
      plan,
      featureDims,
    }: { readonly plan: GraphPlan; readonly featureDims: readonly number[] | null },
  ) {
    const { model, losses, kernels, seed = 0, recompute = false } = options;
    this.options = { model, losses };
    this.plan = plan;
    const { trained } = plan;
    const { parameters, optimizer, memoryLimitBytes } = options;
    const memory = { model, parameters, trained, optimizer, seed, kernels, memoryLimitBytes };
    this.memory = new ParameterMemory(memory);
    this.masks = new DropoutMasks(kernels, seed);
    const { runtime, threads, executionProvider, maxSessions = 8 } = options;
    const sessionOptions: SessionOptions = {
      threads,
      memoryPattern: false,
      optimize: !recompute,
      ...(executionProvider === undefined ? {} : { executionProvider }),
    };
    this.sessions = new SessionCache(runtime, sessionOptions, maxSessions);
    this.features =
      featureDims === null
        ? null
        : new FrozenFeatures({ dims: featureDims, compute: (batch) => this.featuresOf(batch) });
  }

  async step(batches: readonly TrainingBatch[], learningRate: number): Promise<StepResult> {
    const { losses, model } = this.options;
    const totals = weightTotals(batches, losses, (term) => columnsOf(model, term));
    const shares = batches.flatMap((batch, index) => {
      const term = lossNamed(losses, batch.loss);
      const total = totals.get(term);
      return total === undefined ? [] : [{ batch, term, total, index }];
    });
    let loss = 0;
    for (const [i, share] of shares.entries()) {
      loss += await this.backward(share);
      if (shares.length > 1)
        this.memory.accumulate({ isFirst: i === 0, isLast: i === shares.length - 1 });
    }
    const gradientNorm = this.memory.gradientNorm();
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) {
      this.memory.update(learningRate, gradientNorm);
    }
    return { loss, gradientNorm };
  }

  async evaluate(batch: TrainingBatch): Promise<EvaluationSums> {
    const loss = evaluatedAs(lossNamed(this.options.losses, batch.loss));
    const columns = columnsOf(this.options.model, loss);
    requireFittingInputs(batch, columns);
    const weights = rowWeightsOf(batch);
    const count = sumOf(weights);
    if (loss.kind !== 'vocabularyCrossEntropy') {
      const logits = await this.logits(batch);
      const lossSum = lossSumOf(logits, targetsOf(batch, loss, columns), loss.kind);
      const correct = batch.values === null ? correctOf(logits, batch, weights) : 0;
      return { lossSum, correct, count, logits };
    }
    const shape = this.shapeOf(batch);
    const { session, info } = await this.sessions.get('evaluate', shape, () =>
      buildEvaluationGraph(this.plan, shape),
    );
    const { rowCount, labels } = batch;
    const inputs = {
      ...(await this.inputs(batch)),
      labels: { type: 'int64', dims: [rowCount, 1], data: labels },
    } as const;
    const wanted = { [info.atLabel]: null, [info.predictions]: null };
    const results = await session.run(inputs, wanted);
    const atLabel = floats(results[info.atLabel]);
    const predictions = integers(results[info.predictions]);
    let lossSum = 0;
    let correct = 0;
    weights.forEach((weight, i) => {
      if (weight === 0) return;
      lossSum -= weight * Math.log(Math.max(atLabel[i]!, 1.1754943508222875e-38));
      if (predictions[i] === labels[i]) correct += weight;
    });
    return { lossSum, correct, count, logits: null };
  }

  async logits(batch: TrainingBatch): Promise<Float32Array> {
    if (batch.windows) return pooledLogits(batch.windows, (windows) => this.logits(windows));
    const shape = this.shapeOf(batch);
    const { session, info } = await this.sessions.get('logits', shape, () =>
      buildLogitsGraph(this.plan, shape),
    );
    const results = await session.run(await this.inputs(batch), { [info.logits]: null });
    return floats(results[info.logits]);
  }

  trainedParameters(): ReadonlyMap<string, ParameterTensor> {
    return this.memory.trainedParameters();
  }

  modelParameters(): ReadonlyMap<string, ParameterTensor> {
    return this.memory.modelParameters();
  }

  adapters(): ReadonlyMap<string, ParameterTensor> | null {
    return this.memory.adapters();
  }

  optimizerState(): OptimizerState {
    return this.memory.optimizerState();
  }

  restore(state: Parameters<TrainingEngine['restore']>[0]): void {
    this.memory.restore(state);
  }

  dispose(): Promise<void> {
    return this.sessions.clear();
  }

  /** Leaves the gradients of a batch's share in its loss; returns that share. */
  private async backward({ batch, term, total, index }: LossShare): Promise<number> {
    const shape = this.trainedShapeOf(batch, term);
    const { session, info } = await this.sessions.get('train', shape, () =>
      buildTrainingGraph(this.plan, shape),
    );
    const columns = columnsOf(this.options.model, term);
    const { inputs, constant } = lossInputs(batch, term, { total, columns });
    Object.assign(
      inputs,
      await this.inputs(batch),
      this.masks.draw(info.dropoutMasks, { step: this.memory.stepCount, index }),
    );
    const wanted = this.bindGradients(info, inputs);
    const results = await session.run(inputs, wanted);
    for (const { name, gradient } of this.memory.trained) {
      for (const { indices, values } of info.gradients.get(name)?.rows ?? []) {
        const ids = info.graph.constants.get(indices) ?? inputs[indices] ?? results[indices];
        addRows(gradient.data, integers(ids), floats(results[values]));
      }
    }
    return floats(results[info.loss])[0]! + constant;
  }

  /** Shape of a batch by the first loss that has its graph, so that losses share sessions. */
  private trainedShapeOf(batch: TrainingBatch, { head, kind }: LossTerm): BatchShape {
    const { losses } = this.options;
    const same = losses.find(
      (one) => one.head === head && graphLossOf(one.kind) === graphLossOf(kind),
    );
    const { loss, ...shape } = this.shapeOf(batch);
    if (loss === undefined || same === undefined || same === losses[0]) return shape;
    return { ...shape, loss: same.name };
  }

  /** Binds each gradient to its memory; parameters that the loss does not depend on get zeros. */
  private bindGradients(
    info: TrainingGraph,
    inputs: Record<string, Tensor>,
  ): Record<string, Tensor> {
    const wanted: Record<string, Tensor> = { ...this.resultsOf(info) };
    const sliced = new Set<string>();
    for (const [name, rows] of info.slices) {
      const slice = this.memory.slice(name, rows);
      inputs[name] = slice.parameter;
      if (slice.gradient === null) continue;
      wanted[info.gradients.get(name)!.dense!] = slice.gradient;
      sliced.add(rows.parameter);
    }
    for (const { name, gradient } of this.memory.trained) {
      const found = info.gradients.get(name);
      if (found?.dense != null) wanted[found.dense] = gradient;
      else if (!sliced.has(name)) gradient.data.fill(0);
    }
    return wanted;
  }

  /** Tensors for the loss and for rows of gradients; the same ones in each step of a graph. */
  private resultsOf({ graph, loss, gradients }: TrainingGraph): Readonly<Record<string, Tensor>> {
    let tensors = this.results.get(graph);
    if (!tensors) {
      const rows = [...gradients.values()].flatMap((gradient) => gradient.rows);
      const wanted = [loss, ...rows.flatMap(({ indices, values }) => [indices, values])];
      tensors = Object.fromEntries(
        wanted
          .filter((name) => graph.outputs.includes(name))
          .map((name) => [name, newTensor(graph, name)]),
      );
      this.results.set(graph, tensors);
    }
    return tensors;
  }

  /** Features of all rows of a batch, [rowCount, …] row-major. */
  private async featuresOf(batch: TrainingBatch): Promise<Float32Array> {
    const shape = shapeOf(batch);
    const { session, info } = await this.sessions.get('features', shape, async () => {
      const found = await buildFeaturesGraph(this.plan, shape);
      if (found === null) throw new RangeError('features of one batch and not of another');
      return found;
    });
    const results = await session.run(this.tokenInputs(batch), { [info.features]: null });
    return floats(results[info.features]);
  }

  private shapeOf(batch: TrainingBatch): BatchShape {
    const shape = shapeOf(batch);
    if (this.features === null) return shape;
    const { rowCount, offset, loss } = shape;
    return shapeFromFeatures(
      { rowCount, offset, ...(loss === undefined ? {} : { loss }) },
      this.options.model,
    );
  }

  private async inputs(batch: TrainingBatch): Promise<Record<string, Tensor>> {
    return this.features === null
      ? this.tokenInputs(batch)
      : { ...this.memory.inputs, [FEATURES]: await this.features.of(batch) };
  }

  private tokenInputs(batch: TrainingBatch): Record<string, Tensor> {
    const { batchSize, length, rowCount, positions, tokenTypeIds } = batch;
    const dims = [batchSize, length];
    const inputs: Record<string, Tensor> = {
      ...this.memory.inputs,
      input_ids: { type: 'int64', dims, data: batch.inputIds },
      attention_mask: { type: 'int64', dims, data: batch.attentionMask },
    };
    if (positions) inputs['positions'] = { type: 'int64', dims: [rowCount], data: positions };
    if (tokenTypeIds) inputs['token_type_ids'] = { type: 'int64', dims, data: tokenTypeIds };
    return inputs;
  }
}

/** Columns of the logits that a loss compares. */
function columnsOf({ heads }: Model, { head }: LossTerm): number {
  return headNamed(heads, head).outputSize;
}

function newTensor(graph: Graph, name: string): Tensor {
  const dims = graph.staticDims(name);
  const count = dims.reduce((a, b) => a * b, 1);
  return graph.info(name).type === 'int64'
    ? { type: 'int64', dims, data: new BigInt64Array(count) }
    : { type: 'float32', dims, data: new Float32Array(count) };
}

function addRows(table: Float32Array, indices: BigInt64Array, rows: Float32Array): void {
  const width = rows.length / indices.length;
  for (let i = 0; i < indices.length; i++) {
    const to = Number(indices[i]) * width;
    const from = i * width;
    for (let j = 0; j < width; j++) table[to + j]! += rows[from + j]!;
  }
}

function correctOf(logits: Float32Array, { labels }: TrainingBatch, weights: Float32Array): number {
  const columns = logits.length / weights.length;
  return weights.reduce((sum, weight, row) => {
    const values = logits.subarray(row * columns, (row + 1) * columns);
    const best = values.reduce((top, value, i) => (value > values[top]! ? i : top), 0);
    return best === Number(labels[row]) ? sum + weight : sum;
  }, 0);
}

function sumOf(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function integers(tensor: Tensor | undefined): BigInt64Array {
  if (tensor?.type !== 'int64') throw new TypeError('int64 indices are missing');
  return tensor.data;
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type !== 'float32') throw new TypeError('a float32 result is missing');
  return tensor.data;
}
