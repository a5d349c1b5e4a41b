/** One linear memory and the optimizer's kernels on it; offsets are in bytes, counts in floats. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /** First byte that is free to use. */
  readonly base: number;
  squaredNorm(offset: number, count: number): number;
  adamw(
    offsets: {
      readonly parameters: number;
      readonly gradients: number;
      readonly firstMoments: number;
      readonly secondMoments: number;
      readonly count: number;
    },
    factors: AdamWFactors,
  ): void;
}

export interface AdamWFactors {
  readonly gradientScale: number;
  /** 1 - learningRate * weightDecay */
  readonly decay: number;
  /** learningRate / (1 - beta1^t) */
  readonly stepSize: number;
  /** 1 / sqrt(1 - beta2^t) */
  readonly rootCorrection: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The compiled kernels. */
export interface Kernels {
  /** A memory with `bytes` free bytes, of its own. Throws a `RangeError` beyond 4 GiB. */
  createMemory(bytes: number): KernelMemory;
}
