import type { TrainingBatch } from '../../batches/batch.js';
import type { TrainingSpec } from '../../runs/schema.js';

/** Batches of a run. The same step always gives the same ones: nothing is drawn from a stream. */
export interface TrainingData {
  /** Optimizer steps. */
  readonly stepsPerEpoch: number;
  /** Whether each epoch has the rows of the first one, with the same tokens. */
  readonly isRepeated: boolean;
  /** Batches of the step that follows `step` completed steps. */
  trainBatches(step: number): readonly TrainingBatch[];
  heldOutBatches(): Iterable<TrainingBatch>;
  /** Test split, evaluated once by the finished model; `null` without one. */
  readonly testBatches: (() => Iterable<TrainingBatch>) | null;
}

export function totalStepsOf(
  { training }: { readonly training: Pick<TrainingSpec, 'epochs'> },
  stepsPerEpoch: number,
): number {
  return Math.max(1, Math.round(training.epochs * stepsPerEpoch));
}
