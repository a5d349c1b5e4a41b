import { AppError } from '../../errors.js';
import { headNamed, type Model } from '../../models/model.js';
import type { Tensor } from '../../ports.js';
import { requireFittingInputs, rowWeightsOf, type TrainingBatch } from '../../batches/batch.js';
import {
  lossNamed,
  targetEntropy,
  targetsOf,
  type LossTerm,
  type LossTerms,
} from '../../batches/losses.js';

/**
 * Refuses losses of one name, weights of losses that are negative or not finite, and heads that the
 * model does not have.
 *
 * @throws AppError `Graph`
 */
export function requireLosses(losses: LossTerms, { heads }: Pick<Model, 'heads'>): void {
  const names = new Set<string>();
  for (const { name, head, weight } of losses) {
    headNamed(heads, head);
    const refuse = (expected: string, got: string): never => {
      throw new AppError({ code: 'Graph', details: { op: `loss ${name}`, expected, got } });
    };
    if (names.has(name)) refuse('a unique name', name);
    names.add(name);
    if (!Number.isFinite(weight) || weight < 0) {
      refuse('a finite weight of at least 0', String(weight));
    }
  }
}

/**
 * Σ of the row weights of a step's batches for each loss. A loss of which no row counts is left out:
 * it has no part in the step.
 *
 * @throws AppError `Graph` for inputs that do not fit their batch, and for a step in which no
 * example counts.
 */
export function weightTotals(
  batches: readonly TrainingBatch[],
  losses: LossTerms,
  columnsOf: (loss: LossTerm) => number,
): ReadonlyMap<LossTerm, number> {
  const totals = new Map<LossTerm, number>();
  for (const batch of batches) {
    const loss = lossNamed(losses, batch.loss);
    requireFittingInputs(batch, columnsOf(loss));
    const own = rowWeightsOf(batch).reduce((a, b) => a + b, 0);
    const sum = own + (batch.absentWeight ?? 0);
    totals.set(loss, (totals.get(loss) ?? 0) + sum);
  }
  const used = new Map([...totals].filter(([, total]) => total > 0));
  if (used.size > 0) return used;
  const expected = 'a target of an example with a weight above 0 in each training step';
  throw new AppError({ code: 'Graph', details: { op: 'loss', expected, got: 'none' } });
}

export interface LossInputs {
  readonly inputs: Record<string, Tensor>;
  /** Part of the loss that the graph omits because it has no gradient. */
  readonly constant: number;
}

/**
 * The inputs of a batch's loss graph: targets, weights [rowCount, 1] that make up its share
 * λ Σ wᵢ ℓᵢ / `total`, and logit offsets where the batch has them.
 */
export function lossInputs(
  batch: TrainingBatch,
  loss: LossTerm,
  { total, columns }: { total: number; columns: number },
): LossInputs {
  const { rowCount, labels, logitOffsets } = batch;
  const dims = [rowCount, columns];
  const floats = (data: Float32Array): Tensor => ({ type: 'float32', dims, data });
  const column = (weights: Float32Array): Tensor => {
    const data = weights.map((weight) => (loss.weight * weight) / total);
    return { type: 'float32', dims: [rowCount, 1], data };
  };
  const offsets = logitOffsets && { logit_offsets: floats(logitOffsets) };
  if (loss.kind === 'vocabularyCrossEntropy') {
    const ids: Tensor = { type: 'int64', dims: [rowCount, 1], data: labels };
    const weights = column(rowWeightsOf(batch));
    return { inputs: { ...offsets, labels: ids, weights }, constant: 0 };
  }
  const found = targetsOf(batch, loss, columns);
  const weights = column(found.weights);
  return {
    inputs: { ...offsets, targets: floats(found.targets), weights },
    constant: (loss.weight * targetEntropy(found, loss.kind)) / total,
  };
}
