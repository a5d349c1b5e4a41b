import type { HeldOutMetrics } from '../../runs/metrics.js';
import { objectiveOf } from '../../objectives/objectives.js';
import type { TaskSpec } from '../../runs/schema.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { EvaluationSums } from '../../batches/evaluationSums.js';
import type { TrainingEngine } from '../engine/engine.js';

/**
 * Evaluates a model on held-out batches.
 *
 * - masked-lm: loss in nats a masked token, its perplexity, share predicted right.
 * - classification and token-classification: loss, accuracy, macro F1. Rows of weight 0 are left
 *   out; the others count alike, whatever the classes weigh. A distribution's label is its most
 *   probable one. With several labels per text, accuracy is the share of correct binary answers, and
 *   a label is predicted if its probability is above one half.
 * - regression: loss (the mean squared error), mean absolute error, and Pearson's correlation, the
 *   mean over the outputs.
 */
export async function evaluate(
  engine: Pick<TrainingEngine, 'evaluate'>,
  batches: Iterable<TrainingBatch>,
  task: TaskSpec,
  onBatch: (batch: TrainingBatch, sums: EvaluationSums) => void = () => undefined,
): Promise<HeldOutMetrics> {
  const accumulator = objectiveOf(task).accumulator(task);
  const total = { lossSum: 0, count: 0 };
  for (const batch of batches) {
    const sums = await engine.evaluate(batch);
    total.lossSum += sums.lossSum;
    total.count += sums.count;
    accumulator.add(batch, sums);
    onBatch(batch, sums);
  }
  const loss = total.lossSum / total.count;
  return { loss, ...accumulator.metrics(loss) };
}
