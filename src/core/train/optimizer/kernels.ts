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
  /** Adam, and AdamW with `decay` in place of `penalty`. */
  adam(
    arrays: TrainedArrays & { readonly firstMoments: number; readonly secondMoments: number },
    factors: AdamFactors,
  ): void;
  /** Gradient descent, with momentum if there is a `velocity`. */
  sgd(arrays: TrainedArrays & { readonly velocity: number | null }, factors: SgdFactors): void;
  lion(arrays: TrainedArrays & { readonly moments: number }, factors: LionFactors): void;
  /** On `matrices` matrices of `rows` × `columns` that are clipped together. */
  adafactor(arrays: AdafactorArrays, factors: AdafactorFactors): void;
}

/** Names a mask by four uint32: batches are counted within the step, nodes within the graph. */
export type DropoutKey = readonly [seed: number, step: number, batch: number, node: number];

/** Memory locations of a parameter and its gradient. */
export interface TrainedArrays {
  readonly parameter: number;
  readonly gradient: number;
  readonly count: number;
}

export interface AdamFactors {
  readonly gradientScale: number;
  /** Weight decay that is added to the gradient. */
  readonly penalty: number;
  /** learning rate · decoupled weight decay */
  readonly decay: number;
  /** learning rate / (1 - β₁ᵗ) */
  readonly stepSize: number;
  /** 1 / √(1 - β₂ᵗ) */
  readonly rootCorrection: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface SgdFactors {
  readonly gradientScale: number;
  readonly learningRate: number;
  /** Added to the gradient. */
  readonly weightDecay: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

export interface LionFactors {
  readonly gradientScale: number;
  readonly learningRate: number;
  /** learning rate · weight decay */
  readonly decay: number;
  readonly beta1: number;
  readonly beta2: number;
}

export interface AdafactorArrays {
  readonly parameter: number;
  readonly gradient: number;
  /** matrices · rows floats */
  readonly rowMoments: number;
  /** matrices · columns floats */
  readonly columnMoments: number;
  readonly matrices: number;
  readonly rows: number;
  readonly columns: number;
}

export interface AdafactorFactors {
  readonly gradientScale: number;
  readonly learningRate: number;
  /** learning rate · weight decay */
  readonly decay: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly clipThreshold: number;
}

/** The compiled kernels. */
export interface Kernels {
  /** New memory with `bytes` free bytes. Throws a `RangeError` beyond 4 GiB. */
  createMemory(bytes: number): KernelMemory;
}
