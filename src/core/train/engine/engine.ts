import type { ParameterTensor } from '../../models/model.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { EvaluationSums } from '../../batches/evaluationSums.js';
import type { FrozenFeatures } from './frozenFeatures.js';

export interface StepResult {
  /** Mean loss a row with a target: negative log-likelihood in nats, or the squared error. */
  readonly loss: number;
  /** Global L2 norm of the gradients before clipping. */
  readonly gradientNorm: number;
}

/** Optimizer state for bit-identical resumption. */
export interface OptimizerState {
  /** Updates done. */
  readonly step: number;
  /** By name of the state, e.g. `firstMoments`, then by parameter; views, valid until the next step. */
  readonly arrays: ReadonlyMap<string, ReadonlyMap<string, Float32Array>>;
}

/** Trains one model: parameters, gradients and optimizer state live in memory that the engine owns. */
export interface TrainingEngine {
  /**
   * Forward and backward of each batch, whose gradients add up to those of the mean over all their
   * rows, then clipping and an update; `learningRate` is this step's.
   */
  step(batches: readonly TrainingBatch[], learningRate: number): Promise<StepResult>;
  evaluate(batch: TrainingBatch): Promise<EvaluationSums>;
  /** [rowCount, outputSize] row-major. */
  logits(batch: TrainingBatch): Promise<Float32Array>;
  /** Values that the trained output layer reads, which can be kept; `null` if more is trained. */
  readonly features: FrozenFeatures | null;
  /** Trained parameters, adapters included, for a checkpoint. Views, valid until the next step. */
  trainedParameters(): ReadonlyMap<string, ParameterTensor>;
  /** The model as it is now by the hub's names, adapters merged. May share the engine's memory. */
  modelParameters(): ReadonlyMap<string, ParameterTensor>;
  /** Low-rank adapters by PEFT's names; `null` without adapters. */
  adapters(): ReadonlyMap<string, ParameterTensor> | null;
  optimizerState(): OptimizerState;
  /** Restores the results of `trainedParameters` and `optimizerState`. */
  restore(state: {
    readonly parameters: ReadonlyMap<string, Float32Array>;
    readonly optimizer: OptimizerState;
  }): void;
  dispose(): Promise<void>;
}
