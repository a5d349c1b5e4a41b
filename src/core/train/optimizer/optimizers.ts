import type { OptimizerSpec } from '../../runs/schema.js';
import type { KernelMemory, TrainedArrays } from './kernels.js';

/** Location of a parameter in a memory: byte offsets of float32 arrays. */
export interface ParameterPlace {
  readonly dims: readonly number[];
  readonly count: number;
  readonly parameter: number;
  readonly gradient: number;
  readonly state: Readonly<Record<string, number>>;
}

export interface UpdateOptions {
  /** Of this step and this parameter. */
  readonly learningRate: number;
  /** 0 for parameters that are not decayed. */
  readonly weightDecay: number;
  /** Factor for the gradient, from clipping. */
  readonly gradientScale: number;
  /** Counts from 1. */
  readonly step: number;
}

export interface Optimizer {
  /** Sizes of a parameter's state arrays in floats, by name. */
  stateSizes(dims: readonly number[]): Readonly<Record<string, number>>;
  /** Updates a parameter and its state in place. */
  update(memory: KernelMemory, place: ParameterPlace, options: UpdateOptions): void;
}

type Spec<Name extends OptimizerSpec['name']> = Extract<OptimizerSpec, { name: Name }>;

/** The optimizer of a run, with as little state as it needs. */
export function createOptimizer(spec: OptimizerSpec): Optimizer {
  switch (spec.name) {
    case 'adamw':
    case 'adam':
      return createAdam(spec);
    case 'sgd':
      return createSgd(spec);
    case 'lion':
      return createLion(spec);
    case 'adafactor':
      return createAdafactor(spec);
  }
}

/**
 * Adam (Kingma & Ba 2015, arXiv:1412.6980), whose weight decay is added to the gradient, and AdamW
 * (Loshchilov & Hutter 2019, arXiv:1711.05101), whose weight decay is decoupled.
 */
function createAdam({ name, beta1, beta2, epsilon }: Spec<'adam' | 'adamw'>): Optimizer {
  return {
    stateSizes: (dims) => ({ firstMoments: countOf(dims), secondMoments: countOf(dims) }),
    update: (memory, place, { learningRate, weightDecay, gradientScale, step }) => {
      const firstMoments = place.state['firstMoments']!;
      const secondMoments = place.state['secondMoments']!;
      const isDecoupled = name === 'adamw';
      memory.adam(
        { ...arraysOf(place), firstMoments, secondMoments },
        {
          gradientScale,
          penalty: isDecoupled ? 0 : weightDecay,
          decay: isDecoupled ? learningRate * weightDecay : 0,
          stepSize: learningRate / (1 - beta1 ** step),
          rootCorrection: 1 / Math.sqrt(1 - beta2 ** step),
          beta1,
          beta2,
          epsilon,
        },
      );
    },
  };
}

/** Gradient descent with weight decay added to the gradient; momentum and Nesterov's as in torch. */
function createSgd({ momentum, nesterov }: Spec<'sgd'>): Optimizer {
  return {
    stateSizes: (dims) => (momentum === 0 ? {} : { velocity: countOf(dims) }),
    update: (memory, place, { learningRate, weightDecay, gradientScale }) => {
      memory.sgd(
        { ...arraysOf(place), velocity: momentum === 0 ? null : place.state['velocity']! },
        { gradientScale, learningRate, weightDecay, momentum, nesterov },
      );
    },
  };
}

/** Lion (Chen et al. 2023, arXiv:2302.06675); decoupled weight decay. */
function createLion({ beta1, beta2 }: Spec<'lion'>): Optimizer {
  return {
    stateSizes: (dims) => ({ moments: countOf(dims) }),
    update: (memory, place, { learningRate, weightDecay, gradientScale }) => {
      memory.lion(
        { ...arraysOf(place), moments: place.state['moments']! },
        { gradientScale, learningRate, decay: learningRate * weightDecay, beta1, beta2 },
      );
    },
  };
}

/**
 * Adafactor (Shazeer & Stern 2018, arXiv:1804.04235) at the learning rate given: no relative steps,
 * no scaling by the parameter, no momentum; decoupled weight decay. Second moments are factored over
 * the last two dimensions; vectors count as one row, for which the factors are exact.
 */
function createAdafactor({ decayRate, clipThreshold, epsilon }: Spec<'adafactor'>): Optimizer {
  return {
    stateSizes: (dims) => {
      const { matrices, rows, columns } = matricesOf(dims);
      return { rowMoments: matrices * rows, columnMoments: matrices * columns };
    },
    update: (memory, place, { learningRate, weightDecay, gradientScale, step }) => {
      const { parameter, gradient, dims, state } = place;
      const rowMoments = state['rowMoments']!;
      const columnMoments = state['columnMoments']!;
      memory.adafactor(
        { parameter, gradient, rowMoments, columnMoments, ...matricesOf(dims) },
        {
          gradientScale,
          learningRate,
          decay: learningRate * weightDecay,
          beta2: 1 - step ** decayRate,
          epsilon,
          clipThreshold,
        },
      );
    },
  };
}

function arraysOf({ parameter, gradient, count }: ParameterPlace): TrainedArrays {
  return { parameter, gradient, count };
}

/** Dimensions as a stack of matrices. */
function matricesOf(dims: readonly number[]): { matrices: number; rows: number; columns: number } {
  return {
    matrices: countOf(dims.slice(0, -2)),
    rows: dims.at(-2) ?? 1,
    columns: dims.at(-1) ?? 1,
  };
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}
