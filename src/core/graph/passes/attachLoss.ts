import type { Graph } from '../graph.js';
import type { Dimension } from '../node.js';
import { int } from '../node.js';
import { rewriteNodes } from './rewrite.js';

/** Smallest normal float32: a lower probability would make the loss infinite. */
const TINY = 1.1754943508222875e-38;

export interface AttachedLoss {
  /** Weighted sum of the negative log-likelihoods, a scalar. */
  readonly loss: string;
  /** softmax(logits), [rows, classes] */
  readonly probabilities: string;
  /** Probabilities of the labels, [rows, 1] */
  readonly atLabel: string;
}

/**
 * Adds inputs `labels` (int64 [rows, 1]) and `weights` (float32 [rows, 1]) and the weighted
 * cross-entropy of `logits` [rows, classes] as one node with one gradient rule; `lowerLoss`
 * replaces it by standard operators.
 */
export function attachLoss(graph: Graph, logits: string): AttachedLoss {
  const rows: Dimension = graph.info(logits).dims[0]!;
  const labels = graph.input('labels', 'int64', [rows, 1]);
  const weights = graph.input('weights', 'float32', [rows, 1]);
  const [loss = '', probabilities = '', atLabel = ''] = graph.nodeWithOutputs(
    'MaskedCrossEntropy',
    [logits, labels, weights],
    { outputCount: 3 },
  );
  return { loss, probabilities, atLabel };
}

/** Replaces each loss node by standard operators. */
export function lowerLoss(graph: Graph): void {
  rewriteNodes(graph, (node) => {
    if (node.op !== 'MaskedCrossEntropy') return false;
    const [logits = '', labels = '', weights = ''] = node.inputs;
    const [loss = '', probabilities = '', atLabel = ''] = node.outputs;
    const rows = graph.staticDims(atLabel)[0]!;
    graph.node('Softmax', [logits], { outputs: [probabilities], attributes: { axis: int(-1) } });
    graph.node('GatherElements', [probabilities, labels], {
      outputs: [atLabel],
      attributes: { axis: int(1) },
    });
    const safe = graph.node('Max', [atLabel, graph.scalar(TINY)]);
    const losses = graph.node('Neg', [graph.node('Log', [safe])]);
    const sum = graph.node('MatMul', [graph.reshape(weights, [1, rows]), losses]);
    graph.node('Reshape', [sum, graph.indices([])], { outputs: [loss] });
    return true;
  });
}
