import type { TrainingBatch } from './batch.js';

/** Sums over a batch's real masked positions; divide by `count` for means. */
export interface EvaluationSums {
  readonly lossSum: number;
  readonly correct: number;
  readonly count: number;
}

export interface StepResult {
  /** Mean negative log-likelihood a masked token, in nats. */
  readonly loss: number;
  /** Global L2 norm of the gradients before clipping. */
  readonly gradientNorm: number;
}

/** Everything the optimizer needs to go on bit for bit. */
export interface OptimizerState {
  readonly step: number;
  /** Views into the engine's memory, valid until the next step, keyed by parameter name. */
  readonly firstMoments: ReadonlyMap<string, Float32Array>;
  readonly secondMoments: ReadonlyMap<string, Float32Array>;
}

export interface TopPrediction {
  readonly id: number;
  readonly probability: number;
}

/** Trains one model: parameters, gradients and moments live in memory that the engine owns. */
export interface TrainingEngine {
  /** Forward, backward, clip, AdamW; `learningRate` is this step's. */
  step(batch: TrainingBatch, learningRate: number): Promise<StepResult>;
  evaluate(batch: TrainingBatch): Promise<EvaluationSums>;
  /** Logits at the batch's masked positions, row-major [rowCount, vocabularySize]. */
  logits(batch: TrainingBatch): Promise<Float32Array>;
  /** Views into the engine's memory, valid until the next step, keyed by the hub's names. */
  parameters(): ReadonlyMap<
    string,
    { readonly dims: readonly number[]; readonly data: Float32Array }
  >;
  optimizerState(): OptimizerState;
  restore(state: {
    readonly parameters: ReadonlyMap<string, Float32Array>;
    readonly optimizer: OptimizerState;
  }): void;
  dispose(): Promise<void>;
}
