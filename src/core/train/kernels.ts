/** One linear memory and the kernels on it; offsets are in bytes, counts in elements. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  /** First byte that is free to use. */
  readonly base: number;
  /** Σ x² of float32. */
  squaredNorm(at: number, count: number): number;
  /** Adds float32 `from` to `to`. */
  add(to: number, from: number, count: number): void;
  /** Multiplies float32 by `factor`. */
  scale(at: number, count: number, factor: number): void;
  /**
   * Writes `count` bytes: 0 with probability `rate` (rounded to a multiple of 2^-16, below 1), else
   * 1. They depend on the key alone; another key gives independent ones (Philox4x32-10).
   */
  fillDropoutMask(at: number, count: number, rate: number, key: DropoutKey): void;
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

/** Names a mask by four uint32: batches are counted within the step, nodes within the graph. */
export type DropoutKey = readonly [seed: number, step: number, batch: number, node: number];

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
