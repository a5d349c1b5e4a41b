import { minimize } from './lbfgs.js';
import type { SparseRow } from './wordFeatures.js';

/**
 * Loss that a linear model minimizes: `softmax` for distributions over the outputs, `sigmoid` for
 * independent outputs of 0 or 1, `squares` for numbers.
 */
export type LinearLoss = 'softmax' | 'sigmoid' | 'squares';

export interface LinearProblem {
  readonly rows: readonly SparseRow[];
  readonly featureCount: number;
  /** Targets of each row, one for each output. */
  readonly targets: readonly ArrayLike<number>[];
  readonly outputCount: number;
  readonly loss: LinearLoss;
  /** Weight of the loss of each row: one of 2 counts like two rows. Default: 1 for all. */
  readonly rowWeights?: readonly number[];
}

/** Weights [outputs, features] and biases [outputs]. */
export interface LinearModel {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

const ITERATIONS = 100;
const TOLERANCE = 1e-4;

/**
 * Fits a linear model with an L2 penalty on the weights: ½ |W|² + Σ loss for the two entropies, as
 * scikit-learn's LogisticRegression with C = 1, and |W|² + Σ (y − p)² for numbers, as its Ridge with
 * alpha = 1. A softmax over two outputs equals LogisticRegression with C = 2: scikit-learn fits two
 * classes with the difference w of both rows of weights, which are ±w/2 here, so that |W|² = ½ |w|².
 */
export function fitLinearModel(problem: LinearProblem): LinearModel {
  const { rows, featureCount, targets, outputCount, loss, rowWeights } = problem;
  const weightCount = featureCount * outputCount;
  const logits = new Float64Array(outputCount);
  const scale = loss === 'squares' ? 2 : 1;
  const solution = minimize(
    weightCount + outputCount,
    (x, gradient) => {
      let value = 0;
      gradient.fill(0);
      for (let i = 0; i < weightCount; i++) {
        value += (scale / 2) * x[i]! ** 2;
        gradient[i] = scale * x[i]!;
      }
      rows.forEach((row, i) => {
        outputsInto(logits, row, x, featureCount);
        const weight = rowWeights?.[i] ?? 1;
        value += weight * lossInto(logits, targets[i]!, loss);
        for (let output = 0; output < outputCount; output++) {
          const delta = weight * logits[output]!;
          const from = output * featureCount;
          row.indices.forEach((feature, at) => {
            gradient[from + feature]! += delta * row.values[at]!;
          });
          gradient[weightCount + output]! += delta;
        }
      });
      return value;
    },
    { iterations: ITERATIONS, tolerance: TOLERANCE },
  );
  return {
    weights: solution.subarray(0, weightCount),
    biases: solution.subarray(weightCount),
  };
}

/** Outputs of a row: logits, or numbers. */
export function linearOutputs({ weights, biases }: LinearModel, row: SparseRow): Float64Array {
  const outputs = new Float64Array(biases.length);
  const featureCount = weights.length / biases.length;
  for (let output = 0; output < biases.length; output++) {
    outputs[output] = biases[output]! + weightedSum(row, weights, output * featureCount);
  }
  return outputs;
}

function outputsInto(
  logits: Float64Array,
  row: SparseRow,
  x: Float64Array,
  featureCount: number,
): void {
  const biases = featureCount * logits.length;
  for (let output = 0; output < logits.length; output++) {
    logits[output] = x[biases + output]! + weightedSum(row, x, output * featureCount);
  }
}

function weightedSum({ indices, values }: SparseRow, weights: Float64Array, from: number): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i++) sum += values[i]! * weights[from + indices[i]!]!;
  return sum;
}

/** Loss of a row, whose derivative replaces its outputs. */
function lossInto(outputs: Float64Array, targets: ArrayLike<number>, loss: LinearLoss): number {
  let value = 0;
  switch (loss) {
    case 'softmax': {
      const most = outputs.reduce((a, b) => Math.max(a, b), -Infinity);
      let sum = 0;
      for (const output of outputs) sum += Math.exp(output - most);
      const normalizer = most + Math.log(sum);
      outputs.forEach((output, i) => {
        value += targets[i]! * (normalizer - output);
        outputs[i] = Math.exp(output - normalizer) - targets[i]!;
      });
      return value;
    }
    case 'sigmoid':
      outputs.forEach((output, i) => {
        const softplus = Math.max(output, 0) + Math.log1p(Math.exp(-Math.abs(output)));
        value += softplus - targets[i]! * output;
        outputs[i] = 1 / (1 + Math.exp(-output)) - targets[i]!;
      });
      return value;
    case 'squares':
      outputs.forEach((output, i) => {
        value += (output - targets[i]!) ** 2;
        outputs[i] = 2 * (output - targets[i]!);
      });
      return value;
  }
}
