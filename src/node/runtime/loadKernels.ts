import type { KernelMemory, Kernels } from '../../core/train/optimizer/kernels.js';
import { readBytes } from '../files/regularFile.js';

const PAGE = 65536;
const MAX_BYTES = 1 << 24;

interface KernelExports {
  readonly squaredNorm: (x: number, count: number) => number;
  readonly add: (to: number, from: number, count: number) => void;
  readonly scale: (x: number, count: number, factor: number) => void;
  readonly fillDropoutMask: (
    at: number,
    count: number,
    threshold: number,
    seed: number,
    step: number,
    batch: number,
    node: number,
  ) => void;
  readonly adam: (
    parameter: number,
    gradient: number,
    firstMoments: number,
    secondMoments: number,
    count: number,
    gradientScale: number,
    penalty: number,
    decay: number,
    stepSize: number,
    rootCorrection: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
  ) => void;
  readonly sgd: (
    parameter: number,
    gradient: number,
    count: number,
    gradientScale: number,
    learningRate: number,
    weightDecay: number,
  ) => void;
  readonly sgdMomentum: (
    parameter: number,
    gradient: number,
    velocity: number,
    count: number,
    gradientScale: number,
    learningRate: number,
    weightDecay: number,
    momentum: number,
    velocityShare: number,
    gradientShare: number,
  ) => void;
  readonly lion: (
    parameter: number,
    gradient: number,
    moments: number,
    count: number,
    gradientScale: number,
    learningRate: number,
    decay: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
  ) => void;
  readonly adafactor: (
    parameter: number,
    gradient: number,
    rowMoments: number,
    columnMoments: number,
    matrices: number,
    rows: number,
    columns: number,
    gradientScale: number,
    learningRate: number,
    decay: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    clipThreshold: number,
  ) => void;
}

/** The part of the WebAssembly API that is used here; Node's types do not include it. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  compile(bytes: Uint8Array): Promise<object>;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** Loads the compiled kernels from `kernels.wasm`. */
export async function loadKernels(wasmPath: string): Promise<Kernels> {
  const module = await WebAssembly.compile(new Uint8Array(await readBytes(wasmPath, MAX_BYTES)));
  return { createMemory: (bytes) => createMemory(module, bytes) };
}

function createMemory(module: object, bytes: number): KernelMemory {
  // The first page is the module's own.
  const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / PAGE) });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as KernelExports;
  return {
    buffer: memory.buffer,
    base: PAGE,
    // Offsets above 2 GiB wrap to negative numbers on the way in and back in the kernel.
    squaredNorm: kernels.squaredNorm,
    add: kernels.add,
    scale: kernels.scale,
    fillDropoutMask: (at, count, rate, [seed, step, batch, node]) => {
      const threshold = Math.min(65535, Math.round(rate * 65536));
      kernels.fillDropoutMask(at, count, threshold, seed, step, batch, node);
    },
    adam: ({ parameter, gradient, firstMoments, secondMoments, count }, factors) => {
      kernels.adam(
        parameter,
        gradient,
        firstMoments,
        secondMoments,
        count,
        factors.gradientScale,
        factors.penalty,
        factors.decay,
        factors.stepSize,
        factors.rootCorrection,
        factors.beta1,
        1 - factors.beta1,
        factors.beta2,
        1 - factors.beta2,
        factors.epsilon,
      );
    },
    sgd: ({ parameter, gradient, velocity, count }, factors) => {
      const { gradientScale, learningRate, weightDecay, momentum, nesterov } = factors;
      if (velocity === null) {
        kernels.sgd(parameter, gradient, count, gradientScale, learningRate, weightDecay);
        return;
      }
      kernels.sgdMomentum(
        parameter,
        gradient,
        velocity,
        count,
        gradientScale,
        learningRate,
        weightDecay,
        momentum,
        nesterov ? momentum : 1,
        nesterov ? 1 : 0,
      );
    },
    lion: ({ parameter, gradient, moments, count }, factors) => {
      kernels.lion(
        parameter,
        gradient,
        moments,
        count,
        factors.gradientScale,
        factors.learningRate,
        factors.decay,
        factors.beta1,
        1 - factors.beta1,
        factors.beta2,
        1 - factors.beta2,
      );
    },
    adafactor: (arrays, factors) => {
      kernels.adafactor(
        arrays.parameter,
        arrays.gradient,
        arrays.rowMoments,
        arrays.columnMoments,
        arrays.matrices,
        arrays.rows,
        arrays.columns,
        factors.gradientScale,
        factors.learningRate,
        factors.decay,
        factors.beta2,
        1 - factors.beta2,
        factors.epsilon,
        factors.clipThreshold,
      );
    },
  };
}
