import { rowWeightsOf, type TrainingBatch } from '../../batches/batch.js';
import { lossSumOf, targetsOf, type LossTerm } from '../../batches/losses.js';
import { logSumExp } from '../../predict/probabilities.js';

/** Rounding of a loss in float32, as a part of it. */
const LOSS_ROUNDING = 4e-6;

/** Loss of a training graph without dropout. */
export interface TrainedLoss {
  readonly loss: number;
  /** [rowCount] before weights. */
  readonly rows: Float32Array;
}

/**
 * Logits of a file at the rows of a batch, and the losses that they give. Differences are parts of
 * the largest logit, and `NaN` for results that are not numbers.
 */
export class ExpectedResults {
  private readonly rows: RowLosses;
  private readonly loss: number;
  private readonly scale: number;

  constructor(
    private readonly logits: Float32Array,
    batch: TrainingBatch,
    term: LossTerm,
    private readonly tolerance: number,
  ) {
    this.rows = rowLossesOf(logits, batch, term);
    const { losses, weights } = this.rows;
    const sum = losses.reduce((total, loss, row) => total + weights[row]! * loss, 0);
    this.loss = (term.weight * sum) / weightOf(batch);
    this.scale = logits.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  }

  differenceOfLogits(logits: Float32Array): number {
    if (logits.length !== this.logits.length) return Infinity;
    const most = this.logits.reduce((max, x, i) => Math.max(max, Math.abs(x - logits[i]!)), 0);
    return most / this.scale;
  }

  differenceOfLoss({ loss, rows }: TrainedLoss): number {
    const { losses, weights } = this.rows;
    const ofRows = losses.map((expected, row) =>
      weights[row] === 0 ? 0 : beyondRounding(rows[row] ?? NaN, expected),
    );
    return Math.max(beyondRounding(loss, this.loss), ...ofRows) / this.scale;
  }

  isWithin(difference: number): boolean {
    return difference <= this.tolerance;
  }
}

interface RowLosses {
  readonly losses: readonly number[];
  readonly weights: Float32Array;
}

function rowLossesOf(logits: Float32Array, batch: TrainingBatch, term: LossTerm): RowLosses {
  const columns = logits.length / batch.rowCount;
  const row = (values: Float32Array, i: number): Float32Array =>
    values.subarray(i * columns, (i + 1) * columns);
  const rows = Array.from({ length: batch.rowCount }, (_, i) => i);
  if (term.kind === 'vocabularyCrossEntropy') {
    const losses = rows.map((i) => {
      const values = row(logits, i);
      return logSumExp(values) - values[Number(batch.labels[i])]!;
    });
    return { losses, weights: rowWeightsOf(batch) };
  }
  const { targets, weights } = targetsOf(batch, term, columns);
  const weight = Float32Array.of(1);
  // Graphs leave out the targets' own entropy.
  const kind = term.kind === 'klDivergence' ? 'crossEntropy' : term.kind;
  const losses = rows.map((i) =>
    lossSumOf(row(logits, i), { targets: row(targets, i), weights: weight }, kind),
  );
  return { losses, weights };
}

/** `NaN` for a number that is none. */
function beyondRounding(actual: number, expected: number): number {
  return Math.max(0, Math.abs(actual - expected) - LOSS_ROUNDING * Math.max(1, Math.abs(expected)));
}

/** Σ of the weights of the rows of a batch. */
export function weightOf(batch: TrainingBatch): number {
  return rowWeightsOf(batch).reduce((sum, weight) => sum + weight, 0);
}

/** Logits of the rows of a batch, from those of all its tokens or texts. */
export function rowsOf(
  logits: Float32Array,
  { positions, batchSize, length }: TrainingBatch,
): Float32Array {
  if (positions === null) return logits;
  const columns = logits.length / (batchSize * length);
  const rows = new Float32Array(positions.length * columns);
  positions.forEach((position, row) => {
    const start = Number(position) * columns;
    rows.set(logits.subarray(start, start + columns), row * columns);
  });
  return rows;
}
