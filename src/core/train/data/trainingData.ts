import type { TrainingBatch } from '../../batches/batch.js';
import type { TrainingSpec } from '../../runs/schema.js';

/** Batches of a run. The same step always gives the same ones: nothing is drawn from a stream. */
export interface TrainingData {
  /** Optimizer steps. */
  readonly stepsPerEpoch: number;
  /** What the step after `step` finished ones adds the gradients of. */
  trainBatches(step: number): readonly TrainingBatch[];
  heldOutBatches(): Iterable<TrainingBatch>;
  /** Data that is looked at once, by the finished model; null where none was set aside. */
  readonly testBatches: (() => Iterable<TrainingBatch>) | null;
}

export function totalStepsOf(
  { training }: { readonly training: Pick<TrainingSpec, 'epochs'> },
  stepsPerEpoch: number,
): number {
  return Math.max(1, Math.round(training.epochs * stepsPerEpoch));
}
