import { readFile } from 'node:fs/promises';
import type { AdamWFactors, KernelMemory, Kernels } from '../core/train/kernels.js';

const PAGE = 65536;

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
  readonly adamw: (
    parameters: number,
    gradients: number,
    firstMoments: number,
    secondMoments: number,
    count: number,
    gradientScale: number,
    decay: number,
    stepSize: number,
    rootCorrection: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ) => void;
}

/** As much of the WebAssembly interface as is used here; Node's types leave it to the DOM's. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  compile(bytes: Uint8Array): Promise<object>;
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };

/** Loads the compiled kernels, `kernels.wasm` in the folder of bundles. */
export async function loadKernels(wasmPath: string): Promise<Kernels> {
  const module = await WebAssembly.compile(new Uint8Array(await readFile(wasmPath)));
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
    adamw: ({ parameters, gradients, firstMoments, secondMoments, count }, f: AdamWFactors) => {
      kernels.adamw(
        parameters,
        gradients,
        firstMoments,
        secondMoments,
        count,
        f.gradientScale,
        f.decay,
        f.stepSize,
        f.rootCorrection,
        f.beta1,
        f.beta2,
        f.epsilon,
      );
    },
  };
}
