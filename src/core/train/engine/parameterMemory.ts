import { AppError } from '../../errors.js';
import type { Model, ParameterSpec, ParameterTensor } from '../../models/model.js';
import type { Tensor } from '../../ports.js';
import type { OptimizerSpec } from '../../runs/schema.js';
import type { Kernels } from '../optimizer/kernels.js';
import { allocatePlaces, type AllocatedPlace } from '../optimizer/memories.js';
import { createOptimizer, type Optimizer } from '../optimizer/optimizers.js';
import type { OptimizerState, StepResult } from './engine.js';
import { initializeAdapter, mergeAdapter, type TrainedParameters } from './trainedParameters.js';

export type FloatTensor = Extract<Tensor, { type: 'float32' }>;

/** A parameter, its gradient and optimizer state, and the memory that holds them. */
interface Slot {
  readonly spec: ParameterSpec;
  readonly allocated: AllocatedPlace;
  readonly parameter: FloatTensor;
  /** `null` for a frozen parameter. */
  readonly gradient: FloatTensor | null;
  /** Gradients of earlier batches of a step; allocated at the first step with several batches. */
  sum: Float32Array | null;
}

/** Tensors over the memory of a parameter, or of some of its rows. */
interface ParameterView {
  readonly parameter: FloatTensor;
  readonly gradient: FloatTensor | null;
}

export interface TrainedView extends ParameterView {
  readonly name: string;
  readonly gradient: FloatTensor;
}

export interface ParameterMemoryOptions {
  readonly model: Model;
  /** Initial values, copied. Every parameter of the model, by its hub name. */
  readonly parameters: ReadonlyMap<string, ParameterTensor>;
  readonly trained: TrainedParameters;
  readonly optimizer: OptimizerSpec;
  /** Draws new adapters. */
  readonly seed: number;
  readonly kernels: Kernels;
  /** Size limit of one kernel memory; for tests. */
  readonly memoryLimitBytes?: number | undefined;
}

/**
 * Parameters, gradients and optimizer state of a model, adapters included, in memory that kernels
 * update in place.
 *
 * @throws AppError `UserInput` if memory cannot be allocated; `Graph` if values do not fit the model.
 */
export class ParameterMemory {
  /** Every parameter by name, as inputs of a session. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly trained: readonly TrainedView[];
  private readonly optimizer: Optimizer;
  private readonly slots: ReadonlyMap<string, Slot>;
  private readonly trainedSlots: readonly Slot[];
  private readonly slices = new Map<string, ParameterView>();
  /** Without the initial values, so that they can be freed. */
  private readonly options: Omit<ParameterMemoryOptions, 'parameters'>;
  private updates = 0;

  constructor({ parameters, ...options }: ParameterMemoryOptions) {
    this.options = options;
    const { model, trained, seed } = options;
    this.optimizer = createOptimizer(options.optimizer);
    const initial = new Map([...parameters].map(([name, { data }]) => [name, data]));
    const specs = [...model.parameters];
    for (const adapter of trained.adapters) {
      const [down, up] = initializeAdapter(adapter, seed);
      specs.push(adapter.down, adapter.up);
      initial.set(adapter.down.name, down).set(adapter.up.name, up);
    }
    this.slots = this.allocate(specs);
    for (const [name, { parameter }] of this.slots) {
      parameter.data.set(fitting(name, initial.get(name), parameter.data.length));
    }
    const slots = [...this.slots.values()];
    this.inputs = Object.fromEntries(slots.map(({ spec, parameter }) => [spec.name, parameter]));
    this.trainedSlots = slots.filter(({ gradient }) => gradient !== null);
    this.trained = this.trainedSlots.map(({ spec: { name }, parameter, gradient }) => {
      return { name, parameter, gradient: gradient! };
    });
  }

  /** Number of updates so far. */
  get stepCount(): number {
    return this.updates;
  }

  /** Rows of a parameter and of its gradient; the same tensors each time for one name. */
  slice(
    name: string,
    { parameter, firstRow, rows }: { parameter: string; firstRow: number; rows: number },
  ): ParameterView {
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

  /** Adds up the gradients of several batches. After the last one, the gradients are the sums. */
  accumulate({ isFirst, isLast }: { isFirst: boolean; isLast: boolean }): void {
    for (const slot of this.trainedSlots) {
      const gradient = slot.gradient!.data;
      const sum = (slot.sum ??= new Float32Array(gradient.length));
      if (isFirst) sum.set(gradient);
      else if (isLast) for (let i = 0; i < sum.length; i++) gradient[i]! += sum[i]!;
      else for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
    }
  }

  /** Global L2 norm of the gradients. */
  gradientNorm(): number {
    return Math.sqrt(
      this.trainedSlots.reduce((sum, { allocated: { memory, place } }) => {
        return sum + memory.squaredNorm(place.gradient!, place.count);
      }, 0),
    );
  }

  /** Clips gradients by their global norm and updates the trained parameters. */
  update(learningRate: number, gradientNorm: StepResult['gradientNorm']): void {
    const { weightDecay, maxGradientNorm, layerDecay } = this.options.optimizer;
    const top = this.options.model.layerCount + 1;
    const step = ++this.updates;
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

  trainedParameters(): ReadonlyMap<string, ParameterTensor> {
    return new Map(this.trained.map(({ name, parameter }) => [name, parameter]));
  }

  modelParameters(): ReadonlyMap<string, ParameterTensor> {
    const merged = new Map<string, ParameterTensor>(
      this.options.model.parameters.map(({ name }) => [name, this.slots.get(name)!.parameter]),
    );
    for (const { weight, down, up, scale } of this.options.trained.adapters) {
      const values = ({ name }: ParameterSpec): Float32Array =>
        this.slots.get(name)!.parameter.data;
      merged.set(weight, mergeAdapter(merged.get(weight)!, values(down), values(up), scale));
    }
    return merged;
  }

  adapters(): ReadonlyMap<string, ParameterTensor> | null {
    const { adapters } = this.options.trained;
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
    return { step: this.updates, arrays };
  }

  restore(state: {
    readonly parameters: ReadonlyMap<string, Float32Array>;
    readonly optimizer: OptimizerState;
  }): void {
    const { parameters, optimizer } = state;
    // Checked as a whole first, so that a state that does not fit changes nothing.
    const copies = this.trainedSlots.flatMap(({ spec: { name }, parameter, allocated }) => {
      const states = Object.entries(allocated.views.state).map(([key, values]) => {
        return [values, optimizer.arrays.get(key)?.get(name)] as const;
      });
      return [[parameter.data, parameters.get(name)] as const, ...states].map(([to, from]) => {
        return { to, from: fitting(name, from, to.length) };
      });
    });
    for (const { to, from } of copies) to.set(from);
    this.updates = optimizer.step;
  }

  private allocate(specs: readonly ParameterSpec[]): Map<string, Slot> {
    const { kernels, memoryLimitBytes, trained } = this.options;
    const adapters = new Set(trained.adapters.flatMap(({ down, up }) => [down.name, up.name]));
    const isTrained = (name: string): boolean => trained.names.has(name) || adapters.has(name);
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
}

function fitting(name: string, values: Float32Array | undefined, count: number): Float32Array {
  if (values?.length === count) return values;
  const got = String(values?.length ?? 'none');
  throw new AppError({
    code: 'Graph',
    details: { op: name, expected: `${count} values`, got },
  });
}
