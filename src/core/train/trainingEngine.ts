import { AppError } from '../errors.js';
import type { Model, ParameterTensor } from '../models/model.js';
import type { Runtime, Tensor } from '../ports.js';
import type { OptimizerSpec } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';
import type { EvaluationSums, OptimizerState, StepResult, TrainingEngine } from './engine.js';
import type { KernelMemory, Kernels } from './kernels.js';
import { SessionCache, shapeOf } from './sessionCache.js';
import { buildEvaluationGraph, buildLogitsGraph, buildTrainingGraph } from './trainingGraphs.js';

export interface TrainingEngineOptions {
  readonly model: Model;
  /** Initial values, copied. Every parameter of the model, by its hub name. */
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  readonly optimizer: OptimizerSpec;
  readonly runtime: Runtime;
  readonly kernels: Kernels;
  /** Intra-op threads; results are bit-identical for a fixed number. */
  readonly threads: number;
  /** How many compiled batch shapes are kept. */
  readonly maxSessions?: number;
}

/** Trains a model with ONNX Runtime sessions over memory that it owns. */
export function createTrainingEngine(options: TrainingEngineOptions): Promise<TrainingEngine> {
  return Promise.resolve(new OnnxTrainingEngine(options));
}

type FloatTensor = Extract<Tensor, { type: 'float32' }>;

interface Slice {
  readonly parameter: FloatTensor;
  readonly gradient: FloatTensor;
}

/** A parameter's place: four arrays of one size in one memory. */
interface Slot {
  readonly name: string;
  readonly dims: readonly number[];
  readonly count: number;
  readonly decayed: boolean;
  readonly offsets: Record<'parameters' | 'gradients' | 'firstMoments' | 'secondMoments', number>;
  readonly parameter: FloatTensor;
  readonly gradient: FloatTensor;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

const ALIGNMENT = 64;

class OnnxTrainingEngine implements TrainingEngine {
  private readonly memory: KernelMemory;
  private readonly slots: Slot[];
  private readonly sessions: SessionCache;
  private readonly parameterInputs: Record<string, Tensor> = {};
  private readonly slices = new Map<string, Slice>();
  private stepCount = 0;

  constructor(private readonly options: TrainingEngineOptions) {
    const specs = options.model.parameters;
    const rounded = (count: number): number => Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT;
    const sizes = specs.map(({ dims }) => dims.reduce((a, b) => a * b, 1));
    const bytes = sizes.reduce((sum, count) => sum + rounded(count), 0);
    this.memory = createMemory(options.kernels, 4 * bytes);
    let offset = this.memory.base;
    this.slots = specs.map(({ name, dims, kind }, i) => {
      const count = sizes[i]!;
      const decayed = kind === 'weight' || kind === 'embedding';
      const slot = this.createSlot({ name, dims, count, decayed }, offset, bytes);
      offset += rounded(count);
      const initial = options.parameters.get(name);
      if (initial?.data.length !== count) {
        throw new AppError({
          code: 'Graph',
          details: {
            op: name,
            expected: `${count} values`,
            got: String(initial?.data.length ?? 'none'),
          },
        });
      }
      slot.parameter.data.set(initial.data);
      this.parameterInputs[name] = slot.parameter;
      return slot;
    });
    this.sessions = new SessionCache(options.runtime, options.threads, options.maxSessions ?? 8);
  }

  async step(batch: TrainingBatch, learningRate: number): Promise<StepResult> {
    const { session, info } = await this.sessions.get('train', shapeOf(batch), () => {
      return buildTrainingGraph(this.options.model, shapeOf(batch));
    });
    const weightSum = sum(batch.weights);
    if (weightSum === 0) throw new RangeError('a training batch without masked positions');
    const weights = batch.weights.map((weight) => weight / weightSum);

    const inputs = this.inputs(batch, weights);
    const wanted: Record<string, Tensor | null> = { [info.loss]: null };
    const sliced = new Set<string>();
    for (const [name, { parameter, firstRow, rows }] of info.slices) {
      const slice = this.slice(name, parameter, firstRow, rows);
      inputs[name] = slice.parameter;
      wanted[info.gradients.get(name)!.dense!] = slice.gradient;
      sliced.add(parameter);
    }
    for (const { name, gradient } of this.slots) {
      const found = info.gradients.get(name);
      if (found?.dense != null) wanted[found.dense] = gradient;
      else if (!sliced.has(name)) gradient.data.fill(0);
      for (const { values } of found?.rows ?? []) wanted[values] = null;
    }
    const results = await session.run(inputs, wanted);
    for (const { name, gradient } of this.slots) {
      for (const { indices, values } of info.gradients.get(name)?.rows ?? []) {
        const ids = info.graph.constants.get(indices) ?? inputs[indices];
        addRows(gradient.data, integers(ids), floats(results[values]));
      }
    }

    const gradientNorm = Math.sqrt(
      this.slots.reduce(
        (total, { offsets, count }) => total + this.memory.squaredNorm(offsets.gradients, count),
        0,
      ),
    );
    const loss = floats(results[info.loss])[0]!;
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) {
      this.update(learningRate, gradientNorm);
    }
    return { loss, gradientNorm };
  }

  async evaluate(batch: TrainingBatch): Promise<EvaluationSums> {
    const { session, info } = await this.sessions.get('evaluate', shapeOf(batch), () =>
      buildEvaluationGraph(this.options.model, shapeOf(batch)),
    );
    const inputs = this.inputs(batch, batch.weights);
    const wanted = { [info.atLabel]: null, [info.predictions]: null };
    const results = await session.run(inputs, wanted);
    const atLabel = floats(results[info.atLabel]);
    const predictions = integers(results[info.predictions]);
    let lossSum = 0;
    let correct = 0;
    let count = 0;
    batch.weights.forEach((weight, i) => {
      if (weight === 0) return;
      lossSum -= weight * Math.log(Math.max(atLabel[i]!, 1.1754943508222875e-38));
      if (predictions[i] === batch.labels[i]) correct += weight;
      count += weight;
    });
    return { lossSum, correct, count };
  }

  async logits(batch: TrainingBatch): Promise<Float32Array> {
    const { session, info } = await this.sessions.get('logits', shapeOf(batch), () =>
      buildLogitsGraph(this.options.model, shapeOf(batch)),
    );
    const inputs = this.inputs(batch, batch.weights);
    const results = await session.run(inputs, { [info.logits]: null });
    return floats(results[info.logits]);
  }

  parameters(): ReadonlyMap<string, ParameterTensor> {
    return new Map(
      this.slots.map(({ name, dims, parameter }) => [name, { dims, data: parameter.data }]),
    );
  }

  optimizerState(): OptimizerState {
    return {
      step: this.stepCount,
      firstMoments: new Map(this.slots.map(({ name, firstMoment }) => [name, firstMoment])),
      secondMoments: new Map(this.slots.map(({ name, secondMoment }) => [name, secondMoment])),
    };
  }

  restore(state: {
    readonly parameters: ReadonlyMap<string, Float32Array>;
    readonly optimizer: OptimizerState;
  }): void {
    const { parameters, optimizer } = state;
    const sources = [parameters, optimizer.firstMoments, optimizer.secondMoments];
    // Checked as a whole first, so that a state that does not fit leaves the engine as it was.
    for (const { name, count } of this.slots) {
      for (const source of sources) {
        const got = source.get(name)?.length;
        if (got === count) continue;
        throw new AppError({
          code: 'Graph',
          details: { op: name, expected: `${count} values`, got: String(got ?? 'none') },
        });
      }
    }
    for (const { name, parameter, firstMoment, secondMoment } of this.slots) {
      parameter.data.set(parameters.get(name)!);
      firstMoment.set(optimizer.firstMoments.get(name)!);
      secondMoment.set(optimizer.secondMoments.get(name)!);
    }
    this.stepCount = optimizer.step;
  }

  dispose(): Promise<void> {
    return this.sessions.clear();
  }

  private createSlot(
    spec: Pick<Slot, 'name' | 'dims' | 'count' | 'decayed'>,
    offset: number,
    stride: number,
  ): Slot {
    const { buffer } = this.memory;
    const view = (at: number): Float32Array<ArrayBuffer> =>
      new Float32Array(buffer, at, spec.count);
    const offsets = {
      parameters: offset,
      gradients: offset + stride,
      firstMoments: offset + 2 * stride,
      secondMoments: offset + 3 * stride,
    };
    return {
      ...spec,
      offsets,
      parameter: { type: 'float32', dims: spec.dims, data: view(offsets.parameters) },
      gradient: { type: 'float32', dims: spec.dims, data: view(offsets.gradients) },
      firstMoment: view(offsets.firstMoments),
      secondMoment: view(offsets.secondMoments),
    };
  }

  /** Rows of a parameter and of its gradient, as tensors over the same memory. */
  private slice(name: string, parameter: string, firstRow: number, rows: number): Slice {
    let slice = this.slices.get(name);
    if (!slice) {
      const slot = this.slots.find((candidate) => candidate.name === parameter)!;
      const dims = [rows, ...slot.dims.slice(1)];
      const width = slot.count / slot.dims[0]!;
      const view = ({ data }: FloatTensor): FloatTensor => {
        return {
          type: 'float32',
          dims,
          data: data.subarray(firstRow * width, (firstRow + rows) * width),
        };
      };
      slice = { parameter: view(slot.parameter), gradient: view(slot.gradient) };
      this.slices.set(name, slice);
    }
    return slice;
  }

  private inputs(batch: TrainingBatch, weights: Float32Array): Record<string, Tensor> {
    const { batchSize, length, rowCount, positions } = batch;
    if (positions === null) throw new RangeError('a batch without positions');
    return {
      ...this.parameterInputs,
      input_ids: { type: 'int64', dims: [batchSize, length], data: batch.inputIds },
      attention_mask: { type: 'int64', dims: [batchSize, length], data: batch.attentionMask },
      positions: { type: 'int64', dims: [rowCount], data: positions },
      labels: { type: 'int64', dims: [rowCount, 1], data: batch.labels },
      weights: { type: 'float32', dims: [rowCount, 1], data: weights },
    };
  }

  /** Clips by the global norm and updates every parameter (Loshchilov & Hutter 2019, arXiv:1711.05101). */
  private update(learningRate: number, gradientNorm: number): void {
    const { optimizer } = this.options;
    if (optimizer.name !== 'adamw') throw new RangeError(`optimizer ${optimizer.name}`);
    const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = optimizer;
    const t = ++this.stepCount;
    const factors = {
      gradientScale: Math.min(1, maxGradientNorm / (gradientNorm + 1e-6)),
      stepSize: learningRate / (1 - beta1 ** t),
      rootCorrection: 1 / Math.sqrt(1 - beta2 ** t),
      beta1,
      beta2,
      epsilon,
    };
    for (const { offsets, count, decayed } of this.slots) {
      const decay = decayed ? 1 - learningRate * weightDecay : 1;
      this.memory.adamw({ ...offsets, count }, { ...factors, decay });
    }
  }
}

function createMemory(kernels: Kernels, bytes: number): KernelMemory {
  try {
    return kernels.createMemory(bytes);
  } catch (cause) {
    const gigabytes = (bytes / 2 ** 30).toFixed(1);
    const problem = `The model needs ${gigabytes} GB for weights, gradients and optimizer state, which could not be had.`;
    const remedy = 'Choose a smaller model (up to about 268 million parameters), or free memory.';
    throw new AppError({ code: 'UserInput', details: { problem, remedy } }, { cause });
  }
}

function addRows(table: Float32Array, indices: BigInt64Array, rows: Float32Array): void {
  const width = rows.length / indices.length;
  for (let i = 0; i < indices.length; i++) {
    const to = Number(indices[i]) * width;
    const from = i * width;
    for (let j = 0; j < width; j++) table[to + j]! += rows[from + j]!;
  }
}

function sum(values: Float32Array): number {
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
