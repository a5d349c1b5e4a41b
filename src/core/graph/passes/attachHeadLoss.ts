import { graphError, int } from '../node.js';
import type { Graph } from '../graph.js';

/** Loss between logits and their targets; all use natural logarithms. */
export type HeadLoss = 'crossEntropy' | 'binaryCrossEntropy' | 'meanSquaredError';

/**
 * Adds inputs `targets` and `weights` (float32 [rows, columns] and [rows, 1]) and Σ wᵢ lᵢ, a
 * scalar, over the rows of `logits` [rows, columns], in standard operators:
 *
 * - `crossEntropy`: lᵢ = -Σ t ln softmax(x), for targets that are distributions or any non-negative
 * weights. Smoothed and weighted labels have this form, and so has the Kullback–Leibler divergence
 * up to the entropy of the targets.
 * - `binaryCrossEntropy`: lᵢ = mean of softplus(x) - t x
 * - `meanSquaredError`: lᵢ = mean of (x - t)²
 */
export function attachHeadLoss(graph: Graph, logits: string, kind: HeadLoss): string {
  const [rows, columns] = graph.staticDims(logits);
  if (rows === undefined || columns === undefined) {
    throw graphError('loss', 'logits [rows, columns]', `rank ${graph.staticDims(logits).length}`);
  }
  const targets = graph.input('targets', 'float32', [rows, columns]);
  const weights = graph.input('weights', 'float32', [rows, 1]);
  const weightRow = graph.reshape(weights, [1, rows]);
  const rowSums = (x: string, share: number): string =>
    graph.node('MatMul', [x, graph.filled(share, [columns, 1])]);
  const losses = ((): string => {
    if (kind === 'crossEntropy') {
      const attributes = { axis: int(-1) };
      const logProbabilities = graph.node('LogSoftmax', [logits], { attributes });
      return rowSums(graph.node('Mul', [targets, logProbabilities]), -1);
    }
    if (kind === 'binaryCrossEntropy') {
      const product = graph.node('Mul', [targets, logits]);
      return rowSums(graph.node('Sub', [graph.node('Softplus', [logits]), product]), 1 / columns);
    }
    const difference = graph.node('Sub', [logits, targets]);
    return rowSums(graph.node('Mul', [difference, difference]), 1 / columns);
  })();
  return graph.reshape(graph.node('MatMul', [weightRow, losses]), []);
}
