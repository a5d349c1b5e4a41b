import type { HeadLoss } from '../graph/passes/attachHeadLoss.js';
import { logSumExp } from '../predict/probabilities.js';
import type { TaskSpec } from '../runs/schema.js';
import type { TrainingBatch } from './batch.js';

type HeadTask = Exclude<TaskSpec, { kind: 'masked-lm' }>;

/** The task as held-out data is measured by: neither smoothed nor weighted, so that runs compare. */
export function measuredAs(task: HeadTask): HeadTask {
  return task.kind === 'regression' ? task : { ...task, labelSmoothing: 0, classWeights: null };
}

/** The loss graph of a task; a divergence is a cross entropy but for the targets' own entropy. */
export function headLossOf(task: HeadTask): HeadLoss {
  if (task.kind === 'regression') return 'meanSquaredError';
  if (task.kind === 'token-classification') return 'crossEntropy';
  return task.loss === 'binaryCrossEntropy' ? 'binaryCrossEntropy' : 'crossEntropy';
}

/**
 * Targets [rowCount, columns] and row weights of `attachHeadLoss`, as torch defines them: with
 * labels, (1 - ε) w_y at the label and ε w_c / columns everywhere (CrossEntropyLoss with weights and
 * label smoothing); with values, the values. A row's class weight is part of its targets; a row of
 * weight 0 is padding.
 */
export function targetsOf(
  batch: TrainingBatch,
  task: HeadTask,
  columns: number,
): { readonly targets: Float32Array; readonly weights: Float32Array } {
  if (batch.values !== null) return { targets: batch.values, weights: batch.weights };
  const { labels, weights, rowCount } = batch;
  const smoothing = task.kind === 'regression' ? 0 : task.labelSmoothing;
  const classWeights = task.kind === 'regression' ? null : task.classWeights;
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
  return { targets, weights: weights.map((weight) => (weight === 0 ? 0 : 1)) };
}

/** Σ of the rows' losses by their weights, in float64; of a divergence its targets' entropy, too. */
export function lossSumOf(
  logits: Float32Array,
  { targets, weights }: { targets: Float32Array; weights: Float32Array },
  task: HeadTask,
): number {
  const columns = logits.length / weights.length;
  const kind = headLossOf(task);
  let sum = 0;
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    const x = logits.subarray(row * columns, (row + 1) * columns);
    const t = targets.subarray(row * columns, (row + 1) * columns);
    sum += weight * rowLoss(x, t, kind);
  });
  return sum + targetEntropy({ targets, weights }, task);
}

function rowLoss(x: Float32Array, t: Float32Array, kind: HeadLoss): number {
  const normalizer = kind === 'crossEntropy' ? logSumExp(x) : 0;
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const [value, target] = [x[i]!, t[i]!];
    if (kind === 'crossEntropy') loss += target * (normalizer - value);
    else if (kind === 'meanSquaredError') loss += (value - target) ** 2 / x.length;
    else {
      const softplus = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
      loss += (softplus - target * value) / x.length;
    }
  }
  return loss;
}

/** Σ wᵢ Σ t ln t, what a Kullback–Leibler divergence has beyond the cross entropy; 0 for others. */
export function targetEntropy(
  { targets, weights }: { targets: Float32Array; weights: Float32Array },
  task: HeadTask,
): number {
  if (task.kind !== 'classification' || task.loss !== 'kl') return 0;
  const columns = targets.length / weights.length;
  return targets.reduce((sum, target, i) => {
    return target === 0 ? sum : sum + weights[Math.floor(i / columns)]! * target * Math.log(target);
  }, 0);
}
