import { AppError } from '../../errors.js';
import type { Model, ParameterSpec, ParameterTensor } from '../../models/model.js';
import { headNamed } from '../../models/model.js';
import type { Runtime, SessionOptions, Tensor } from '../../ports.js';
import type { MethodSpec, OptimizerSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import { requireFittingInputs, rowWeightsOf } from '../../batches/batch.js';
import type { EvaluationSums } from '../../batches/evaluationSums.js';
import type { OptimizerState, StepResult, TrainingEngine } from './engine.js';
import { DropoutMasks } from './dropoutMasks.js';
import type { Kernels } from '../optimizer/kernels.js';
import { allocatePlaces, type AllocatedPlace } from '../optimizer/memories.js';
import { createOptimizer, type Optimizer } from '../optimizer/optimizers.js';
import { SessionCache, shapeOf } from './sessionCache.js';
import type { LossTerm, LossTerms } from '../../batches/losses.js';
import { evaluatedAs, lossNamed, lossSumOf, targetsOf } from '../../batches/losses.js';
import { lossInputs, requireLosses, weightTotals } from './lossInputs.js';
import {
  initializeAdapter,
  mergeAdapter,
  selectTrained,
  type TrainedParameters,
} from './trainedParameters.js';
import type { GraphPlan, TrainingGraph } from './trainingGraphs.js';
import { buildEvaluationGraph, buildLogitsGraph, buildTrainingGraph } from './trainingGraphs.js';

export interface TrainingEngineOptions {
  readonly model: Model;
  /** Initial values, copied. Every parameter of the model, by its hub name. */
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  /** What is minimized: the sum of these by their weights. */
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
  /** How many compiled batch shapes are kept. */
  readonly maxSessions?: number;
  /** Of one kernel memory; for tests. */
  readonly memoryLimitBytes?: number;
}

/**
 * Trains a model with ONNX Runtime sessions over memory that it owns.
 *
 * @throws AppError `UserInput` where nothing is left to train or memory cannot be had; `Graph` where
 * values do not fit the model.
 */
export function createTrainingEngine(options: TrainingEngineOptions): Promise<TrainingEngine> {
  return Promise.resolve().then(() => new OnnxTrainingEngine(options));
}

type FloatTensor = Extract<Tensor, { type: 'float32' }>;

/** A batch of a step, the loss it is for, and the sum of the weights of all that loss's rows. */
interface LossShare {
  readonly batch: TrainingBatch;
  readonly term: LossTerm;
  readonly total: number;
  /** Of the batch in its step. */
  readonly index: number;
}

/** A parameter, what is trained of it, and the memory they lie in. */
interface Slot {
  readonly spec: ParameterSpec;
  readonly allocated: AllocatedPlace;
  readonly parameter: FloatTensor;
  /** Null for what is frozen. */
  readonly gradient: FloatTensor | null;
  /** Gradients of earlier batches of a step; made when there first are several. */
  sum: Float32Array | null;
}

interface Slice {
  readonly parameter: FloatTensor;
  readonly gradient: FloatTensor | null;
}

class OnnxTrainingEngine implements TrainingEngine {
  private readonly trained: TrainedParameters;
  private readonly plan: GraphPlan;
  private readonly optimizer: Optimizer;
  private readonly slots: Map<string, Slot>;
  private readonly trainedSlots: Slot[];
  private readonly sessions: SessionCache;
  private readonly parameterInputs: Record<string, Tensor> = {};
  private readonly slices = new Map<string, Slice>();
  private readonly masks: DropoutMasks;
  /** Without the initial values, which whoever gave them may let go. */
  private readonly options: Omit<TrainingEngineOptions, 'parameters'>;
  private stepCount = 0;

  constructor({ parameters, ...options }: TrainingEngineOptions) {
    this.options = options;
    const { model, losses, method, seed = 0 } = options;
    requireLosses(losses, model);
    const { dropout = false, recompute = false } = options;
    this.trained = selectTrained(model, method);
    this.plan = { model, losses, trained: this.trained, dropout, recompute };
    this.optimizer = createOptimizer(options.optimizer);
    const initial = new Map([...parameters].map(([name, { data }]) => [name, data]));
    const specs = [...model.parameters];
    for (const adapter of this.trained.adapters) {
      const [down, up] = initializeAdapter(adapter, seed);
      specs.push(adapter.down, adapter.up);
      initial.set(adapter.down.name, down).set(adapter.up.name, up);
    }
    this.slots = this.createSlots(specs);
    this.trainedSlots = [...this.slots.values()].filter(({ gradient }) => gradient !== null);
    for (const [name, { parameter }] of this.slots) {
      parameter.data.set(fitting(name, initial.get(name), parameter.data.length));
      this.parameterInputs[name] = parameter;
    }
    this.masks = new DropoutMasks(options.kernels, seed);
    const { runtime, threads, executionProvider, maxSessions = 8 } = options;
    const sessionOptions: SessionOptions = {
      threads,
      memoryPattern: false,
      optimize: !recompute,
      ...(executionProvider === undefined ? {} : { executionProvider }),
    };
    this.sessions = new SessionCache(runtime, sessionOptions, maxSessions);
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
      if (shares.length > 1) this.accumulate({ isFirst: i === 0, isLast: i === shares.length - 1 });
    }
    const gradientNorm = Math.sqrt(
      this.trainedSlots.reduce((sum, { allocated: { memory, place } }) => {
        return sum + memory.squaredNorm(place.gradient!, place.count);
      }, 0),
    );
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) {
      this.update(learningRate, gradientNorm);
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
    const { session, info } = await this.sessions.get('evaluate', shapeOf(batch), () =>
      buildEvaluationGraph(this.plan, shapeOf(batch)),
    );
    const { rowCount, labels } = batch;
    const inputs = {
      ...this.inputs(batch),
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
    const { session, info } = await this.sessions.get('logits', shapeOf(batch), () =>
      buildLogitsGraph(this.plan, shapeOf(batch)),
    );
    const results = await session.run(this.inputs(batch), { [info.logits]: null });
    return floats(results[info.logits]);
  }

  trainedParameters(): ReadonlyMap<string, ParameterTensor> {
    return new Map(this.trainedSlots.map(({ spec, parameter }) => [spec.name, parameter]));
  }

  modelParameters(): ReadonlyMap<string, ParameterTensor> {
    const merged = new Map<string, ParameterTensor>(
      this.options.model.parameters.map(({ name }) => [name, this.slots.get(name)!.parameter]),
    );
    for (const { weight, down, up, scale } of this.trained.adapters) {
      const values = ({ name }: ParameterSpec): Float32Array =>
        this.slots.get(name)!.parameter.data;
      merged.set(weight, mergeAdapter(merged.get(weight)!, values(down), values(up), scale));
    }
    return merged;
  }

  adapters(): ReadonlyMap<string, ParameterTensor> | null {
    const { adapters } = this.trained;
    if (adapters.length === 0) return null;
    const specs = adapters.flatMap(({ down, up }) => [down, up]);
    return new Map(specs.map(({ name }) => [name, this.slots.get(name)!.parameter]));
  }

  optimizerState(): OptimizerState {
    const arrays = new Map<string, Map<string, Float32Array>>();
    for (const { spec, allocated } of this.trainedSlots) {
      for (const [state, values] of Object.entries(allocated.views.state)) {
        const known = arrays.get(state) ?? new Map<string, Float32Array>();
        arrays.set(state, known.set(spec.name, values));
      }
    }
    return { step: this.stepCount, arrays };
  }

  restore(state: {
    readonly parameters: ReadonlyMap<string, Float32Array>;
    readonly optimizer: OptimizerState;
  }): void {
    const { parameters, optimizer } = state;
    // Checked as a whole first, so that a state that does not fit leaves the engine as it was.
    const copies = this.trainedSlots.flatMap(({ spec: { name }, parameter, allocated }) => {
      const states = Object.entries(allocated.views.state).map(([key, values]) => {
        return [values, optimizer.arrays.get(key)?.get(name)] as const;
      });
      return [[parameter.data, parameters.get(name)] as const, ...states].map(([to, from]) => {
        return { to, from: fitting(name, from, to.length) };
      });
    });
    for (const { to, from } of copies) to.set(from);
    this.stepCount = optimizer.step;
  }

  dispose(): Promise<void> {
    return this.sessions.clear();
  }

  private createSlots(specs: readonly ParameterSpec[]): Map<string, Slot> {
    const { kernels, memoryLimitBytes } = this.options;
    const adapters = new Set(this.trained.adapters.flatMap(({ down, up }) => [down.name, up.name]));
    const isTrained = (name: string): boolean => this.trained.names.has(name) || adapters.has(name);
    const allocated = allocatePlaces(
      kernels,
      specs.map(({ name, dims }) => {
        const gradient = isTrained(name);
        return {
          name,
          dims,
          gradient,
          stateSizes: gradient ? this.optimizer.stateSizes(dims) : {},
        };
      }),
      memoryLimitBytes === undefined ? {} : { limitBytes: memoryLimitBytes },
    );
    return new Map(
      specs.map((spec, i) => {
        const at = allocated[i]!;
        const tensor = (data: Float32Array): FloatTensor => {
          return { type: 'float32', dims: spec.dims, data };
        };
        const gradient = at.views.gradient === null ? null : tensor(at.views.gradient);
        const slot = { spec, allocated: at, parameter: tensor(at.views.parameter), gradient };
        return [spec.name, { ...slot, sum: null }];
      }),
    );
  }

  /** Leaves the gradients of a batch's share in its loss; returns that share. */
  private async backward({ batch, term, total, index }: LossShare): Promise<number> {
    const shape = shapeOf(batch);
    const { session, info } = await this.sessions.get('train', shape, () =>
      buildTrainingGraph(this.plan, shape),
    );
    const columns = columnsOf(this.options.model, term);
    const { inputs, constant } = lossInputs(batch, term, { total, columns });
    Object.assign(
      inputs,
      this.inputs(batch),
      this.masks.draw(info.dropoutMasks, { step: this.stepCount, index }),
    );
    const wanted = this.bindGradients(info, inputs);
    const results = await session.run(inputs, wanted);
    for (const { spec, gradient } of this.trainedSlots) {
      for (const { indices, values } of info.gradients.get(spec.name)?.rows ?? []) {
        const ids = info.graph.constants.get(indices) ?? inputs[indices] ?? results[indices];
        addRows(gradient!.data, integers(ids), floats(results[values]));
      }
    }
    return floats(results[info.loss])[0]! + constant;
  }

  /** Has every gradient written where it belongs; what the loss does not depend on gets zeros. */
  private bindGradients(
    info: TrainingGraph,
    inputs: Record<string, Tensor>,
  ): Record<string, Tensor | null> {
    const wanted: Record<string, Tensor | null> = { [info.loss]: null };
    const sliced = new Set<string>();
    for (const [name, { parameter, firstRow, rows }] of info.slices) {
      const slice = this.slice(name, parameter, firstRow, rows);
      inputs[name] = slice.parameter;
      if (slice.gradient === null) continue;
      wanted[info.gradients.get(name)!.dense!] = slice.gradient;
      sliced.add(parameter);
    }
    for (const { spec, gradient } of this.trainedSlots) {
      const found = info.gradients.get(spec.name);
      if (found?.dense != null) wanted[found.dense] = gradient;
      else if (!sliced.has(spec.name)) gradient!.data.fill(0);
      for (const { indices, values } of found?.rows ?? []) {
        wanted[values] = null;
        if (info.graph.outputs.includes(indices)) wanted[indices] = null;
      }
    }
    return wanted;
  }

  /** Adds up the gradients of several batches; after the last they stand where one batch's would. */
  private accumulate({ isFirst, isLast }: { isFirst: boolean; isLast: boolean }): void {
    for (const slot of this.trainedSlots) {
      const gradient = slot.gradient!.data;
      const sum = (slot.sum ??= new Float32Array(gradient.length));
      if (isFirst) sum.set(gradient);
      else if (isLast) for (let i = 0; i < sum.length; i++) gradient[i]! += sum[i]!;
      else for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
    }
  }

  /** Rows of a parameter and of its gradient, as tensors over the same memory. */
  private slice(name: string, parameter: string, firstRow: number, rows: number): Slice {
    let slice = this.slices.get(name);
    if (!slice) {
      const slot = this.slots.get(parameter)!;
      const dims = [rows, ...slot.spec.dims.slice(1)];
      const width = slot.parameter.data.length / slot.spec.dims[0]!;
      const view = ({ data }: FloatTensor): FloatTensor => {
        const part = data.subarray(firstRow * width, (firstRow + rows) * width);
        return { type: 'float32', dims, data: part };
      };
      slice = { parameter: view(slot.parameter), gradient: slot.gradient && view(slot.gradient) };
      this.slices.set(name, slice);
    }
    return slice;
  }

  private inputs(batch: TrainingBatch): Record<string, Tensor> {
    const { batchSize, length, rowCount, positions, tokenTypeIds } = batch;
    const dims = [batchSize, length];
    const inputs: Record<string, Tensor> = {
      ...this.parameterInputs,
      input_ids: { type: 'int64', dims, data: batch.inputIds },
      attention_mask: { type: 'int64', dims, data: batch.attentionMask },
    };
    if (positions) inputs['positions'] = { type: 'int64', dims: [rowCount], data: positions };
    if (tokenTypeIds) inputs['token_type_ids'] = { type: 'int64', dims, data: tokenTypeIds };
    return inputs;
  }

  /** Clips by the global norm and updates what is trained. */
  private update(learningRate: number, gradientNorm: number): void {
    const { weightDecay, maxGradientNorm, layerDecay } = this.options.optimizer;
    const top = this.options.model.layerCount + 1;
    const step = ++this.stepCount;
    const gradientScale = Math.min(1, maxGradientNorm / (gradientNorm + 1e-6));
    for (const { spec, allocated } of this.trainedSlots) {
      const { kind, depth } = spec;
      const place = { ...allocated.place, gradient: allocated.place.gradient! };
      this.optimizer.update(allocated.memory, place, {
        learningRate: learningRate * layerDecay ** (top - depth),
        weightDecay: kind === 'weight' || kind === 'embedding' ? weightDecay : 0,
        gradientScale,
        step,
      });
    }
  }
}

/** Columns of the logits that a loss compares. */
function columnsOf({ heads }: Model, { head }: LossTerm): number {
  return headNamed(heads, head).outputSize;
}

function fitting(name: string, values: Float32Array | undefined, count: number): Float32Array {
  if (values?.length === count) return values;
  const got = String(values?.length ?? 'none');
  throw new AppError({
    code: 'Graph',
    details: { op: name, expected: `${count} values`, got },
  });
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
