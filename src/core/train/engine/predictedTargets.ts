import type { TrainingBatch } from '../../batches/batch.js';
import { lossNamed, type LossTerms } from '../../batches/losses.js';
import { logSumExp } from '../../predict/probabilities.js';
import type { TrainingEngine } from './engine.js';

/**
 * Batches of a step with the targets that the model predicts itself: those of a batch with a
 * `teacher` are the softmax of its logits, or the numbers of a regression. The model is used as it is
 * before the step, without dropout and gradients.
 */
export async function predictedTargets(
  engine: Pick<TrainingEngine, 'logits'>,
  batches: readonly TrainingBatch[],
  losses: LossTerms,
): Promise<readonly TrainingBatch[]> {
  if (batches.every(({ teacher }) => teacher === undefined)) return batches;
  const resolved: TrainingBatch[] = [];
  for (const { teacher, ...batch } of batches) {
    if (teacher === undefined) resolved.push(batch);
    else {
      const logits = await engine.logits(teacher);
      const isNumber = lossNamed(losses, batch.loss).kind === 'meanSquaredError';
      resolved.push({ ...batch, values: isNumber ? logits : softmaxRows(logits, batch.rowCount) });
    }
  }
  return resolved;
}

function softmaxRows(logits: Float32Array, rows: number): Float32Array {
  const columns = logits.length / rows;
  const values = new Float32Array(logits.length);
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * columns, (row + 1) * columns);
    const normalizer = logSumExp(own);
    own.forEach((logit, column) => {
      values[row * columns + column] = Math.exp(logit - normalizer);
    });
  }
  return values;
}
