import { AppError } from '../errors.js';
import type { HeadLoss } from '../graph/passes/attachHeadLoss.js';
import { logSumExp } from '../predict/probabilities.js';
import type { TrainingBatch } from './batch.js';
import { rowWeightsOf } from './batch.js';

/**
 * Distance of logits from their targets, in nats where it is an entropy:
 *
 * - `vocabularyCrossEntropy`: targets are token ids; the logits may be computed a slice of the
 *   vocabulary at a time and are never copied out of the graph
 * - `crossEntropy`: targets are class ids or distributions
 * - `klDivergence`: targets are distributions, whose own entropy is subtracted
 * - `binaryCrossEntropy`: targets are 0 or 1 for each column
 * - `meanSquaredError`: targets are numbers
 */
export type LossKind = 'vocabularyCrossEntropy' | 'klDivergence' | HeadLoss;

/** Loss that compares the logits of one head with the targets of a batch. */
export interface LossSpec {
  readonly kind: LossKind;
  /** ε of smoothed class ids, between 0 and 1. */
  readonly labelSmoothing: number;
  /** One weight per class, for smoothed class ids; `null` for equal weights. */
  readonly classWeights: readonly number[] | null;
}

/**
 * One of the losses that a run minimizes the weighted sum of. Batches choose theirs by name, so
 * that two or three views of one example (its text and a masked copy, or two heads on one text) are
 * as many batches of one step:
 *
 *     L = Σᵥ λᵥ Lᵥ,   Lᵥ = Σᵢ wᵢ ℓᵢ / Σᵢ wᵢ over the rows of all batches of v
 */
export interface LossTerm extends LossSpec {
  /** Unique among the losses of a run. */
  readonly name: string;
  /** Name of the head whose logits are compared. Default: the model's first head. */
  readonly head?: string;
  /** λ, a finite number of at least 0. */
  readonly weight: number;
}

/** The first one is that of batches that name none. */
export type LossTerms = readonly [LossTerm, ...LossTerm[]];

/**
 * The loss that a batch is for.
 *
 * @throws AppError `Graph` for a name that no loss has.
 */
export function lossNamed(losses: LossTerms, name: string = losses[0].name): LossTerm {
  const found = losses.find((loss) => loss.name === name);
  if (found) return found;
  const expected = `one of ${losses.map((loss) => loss.name).join(', ')}`;
  throw new AppError({ code: 'Graph', details: { op: 'loss', expected, got: name } });
}

/** The loss as held-out data is evaluated by: neither smoothed nor weighted, so that runs compare. */
export function evaluatedAs<Loss extends LossSpec>(loss: Loss): Loss {
  return { ...loss, labelSmoothing: 0, classWeights: null };
}

/** Targets [rowCount, columns] and row weights [rowCount] as `attachHeadLoss` takes them. */
export interface Targets {
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/**
 * Targets and row weights as torch defines them: with labels, (1 - ε) w_y at the label and
 * ε w_c / columns everywhere (CrossEntropyLoss with weights and label smoothing); with values, the
 * values. A row's class weight is part of its targets, the weight of its example is the row's; a row
 * of weight 0 is padding.
 */
export function targetsOf(
  batch: TrainingBatch,
  { labelSmoothing: smoothing, classWeights }: LossSpec,
  columns: number,
): Targets {
  if (batch.values !== null) return { targets: batch.values, weights: rowWeightsOf(batch) };
  const { labels, weights, rowCount } = batch;
  const targets = new Float32Array(rowCount * columns);
  for (let row = 0; row < rowCount; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const at = row * columns;
    for (let column = 0; column < columns; column++) {
      targets[at + column] = (smoothing * (classWeights?.[column] ?? 1)) / columns;
    }
    targets[at + Number(labels[row])]! += (1 - smoothing) * weight;
  }
  const used = weights.map((weight) => (weight === 0 ? 0 : 1));
  return { targets, weights: rowWeightsOf({ ...batch, weights: used }) };
}

/** Σ of the rows' losses by their weights, in float64; of a divergence its targets' entropy, too. */
export function lossSumOf(
  logits: Float32Array,
  { targets, weights }: Targets,
  kind: LossKind,
): number {
  const columns = logits.length / weights.length;
  let sum = 0;
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    const x = logits.subarray(row * columns, (row + 1) * columns);
    const t = targets.subarray(row * columns, (row + 1) * columns);
    sum += weight * rowLoss(x, t, kind);
  });
  return sum + targetEntropy({ targets, weights }, kind);
}

function rowLoss(x: Float32Array, t: Float32Array, kind: LossKind): number {
  const isEntropy = kind === 'crossEntropy' || kind === 'klDivergence';
  const normalizer = isEntropy ? logSumExp(x) : 0;
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const [value, target] = [x[i]!, t[i]!];
    if (isEntropy) loss += target * (normalizer - value);
    else if (kind === 'meanSquaredError') loss += (value - target) ** 2 / x.length;
    else {
      const softplus = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
      loss += (softplus - target * value) / x.length;
    }
  }
  return loss;
}

/** Σ wᵢ Σ t ln t, what a Kullback–Leibler divergence has beyond the cross entropy; 0 for others. */
export function targetEntropy({ targets, weights }: Targets, kind: LossKind): number {
  if (kind !== 'klDivergence') return 0;
  const columns = targets.length / weights.length;
  return targets.reduce((sum, target, i) => {
    return target === 0 ? sum : sum + weights[Math.floor(i / columns)]! * target * Math.log(target);
  }, 0);
}
