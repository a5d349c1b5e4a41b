import { normalStream, randomStream } from '../../src/core/random.js';
import type { OptimizerSpec } from '../../src/core/runs/schema.js';
import { allocatePlaces } from '../../src/core/train/optimizer/memories.js';
import { createOptimizer } from '../../src/core/train/optimizer/optimizers.js';
import { testKernels } from './kernels.js';

/** Values of parameters, each float32 numbers row-major. */
export type Arrays = readonly Float32Array[];

export interface OptimizerStep {
  readonly gradients: Arrays;
  readonly learningRate: number;
  readonly gradientScale: number;
}

/** Updates with given gradients. */
export interface OptimizerTask {
  readonly spec: OptimizerSpec;
  readonly dims: readonly (readonly number[])[];
  readonly initial: Arrays;
  readonly steps: readonly OptimizerStep[];
}

const shared = { weightDecay: 0.1, maxGradientNorm: 1, layerDecay: 1 };
const adam = { ...shared, learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-6 };
const sgd = { ...shared, name: 'sgd', learningRate: 0.3 } as const;
const adafactor = { ...shared, name: 'adafactor', learningRate: 1e-2, epsilon: 1e-30 } as const;

export const OPTIMIZER_SPECS: Readonly<Record<string, OptimizerSpec>> = {
  adamw: { name: 'adamw', ...adam },
  adam: { name: 'adam', ...adam },
  'sgd without momentum': { ...sgd, momentum: 0, nesterov: false },
  'sgd with momentum': { ...sgd, momentum: 0.9, nesterov: false },
  "sgd with Nesterov's momentum": { ...sgd, momentum: 0.9, nesterov: true },
  lion: { ...shared, name: 'lion', learningRate: 1e-2, beta1: 0.9, beta2: 0.99 },
  adafactor: { ...adafactor, decayRate: -0.8, clipThreshold: 1 },
  'adafactor with early clipping': { ...adafactor, decayRate: -0.5, clipThreshold: 0.3 },
};

/** A stack of matrices, partial vectors, and more rows and columns than the kernels' blocks have. */
const DIMS = [[7], [13, 37], [1, 9], [6, 1], [3, 5, 11], [70, 1030], []];

/**
 * A task for each of the optimizers, with the same gradients: of different sizes, agreeing in part
 * from step to step, some always zero. Rates fall, and some steps are clipped.
 */
export function optimizerTasks(stepCount: number): ReadonlyMap<string, OptimizerTask> {
  const normal = normalStream(randomStream('optimizers', 1));
  const counts = DIMS.map((dims) => dims.reduce((a, b) => a * b, 1));
  const draw = (): Float32Array[] =>
    counts.map((count) => Float32Array.from({ length: count }, () => normal()));
  const trend = draw();
  const initial = draw().map((values) => values.map((value) => 0.02 * value));
  const gradients = Array.from({ length: stepCount }, () =>
    draw().map((noise, k) => {
      const width = DIMS[k]!.at(-1) ?? 1;
      return noise.map((value, i) => {
        const row = Math.floor(i / width);
        const isUnused = k === 1 && row === 12;
        return isUnused ? 0 : (trend[k]![i]! + 2 * value) * 10 ** (-row % 4);
      });
    }),
  );
  const tasks = Object.entries(OPTIMIZER_SPECS).map(([name, spec]): [string, OptimizerTask] => {
    const steps = gradients.map((ofStep, step) => ({
      gradients: ofStep,
      learningRate: spec.learningRate * (1 - step / stepCount),
      gradientScale: step % 3 === 1 ? 0.25 : 1,
    }));
    return [name, { spec, dims: DIMS, initial, steps }];
  });
  return new Map(tasks);
}

/** Runs the kernels over a task; all parameters after each step. */
export async function runOptimizer({
  spec,
  dims,
  initial,
  steps,
}: OptimizerTask): Promise<Arrays[]> {
  const optimizer = createOptimizer(spec);
  const requests = dims.map((of, i) => {
    return { name: String(i), dims: of, gradient: true, stateSizes: optimizer.stateSizes(of) };
  });
  const places = allocatePlaces(await testKernels(), requests);
  places.forEach(({ views }, i) => {
    views.parameter.set(initial[i]!);
  });
  return steps.map(({ gradients, learningRate, gradientScale }, i) => {
    const options = { learningRate, gradientScale, weightDecay: spec.weightDecay, step: i + 1 };
    return places.map(({ memory, place, views }, k) => {
      views.gradient!.set(gradients[k]!);
      optimizer.update(memory, { ...place, gradient: place.gradient! }, options);
      return views.parameter.slice();
    });
  });
}

/**
 * The largest relative distance, in L2 norms, of a parameter's change so far from the expected one:
 * harder to meet than that of the parameter itself.
 */
export function distanceOfChanges(
  initial: Arrays,
  actual: Arrays,
  expected: readonly ArrayLike<number>[],
): number {
  const distances = initial.map((start, k) => {
    let difference = 0;
    let size = 0;
    start.forEach((value, i) => {
      difference += (actual[k]![i]! - expected[k]![i]!) ** 2;
      size += (expected[k]![i]! - value) ** 2;
    });
    return Math.sqrt(difference / size);
  });
  return Math.max(...distances);
}
