import { Graph } from '../graph/graph.js';
import { encodeModel } from '../graph/onnx.js';

const OPSET = 20;
/** Its exponential is 0, and so is its product with 0; that of −∞ would be NaN. */
const LOWEST = -700;

/**
 * Builds the computation of what is left of logits when the surprisal of words is asked for: input
 * `logits` [count, vocabulary]; outputs `normalizers` [count], the natural logarithm of the sum of
 * exponentials, and `entropies` [count] of the softmax in nats.
 */
export function buildDistributionGraph(): Uint8Array {
  const graph = new Graph(OPSET);
  const logits = graph.input('logits', 'float32', ['count', 'vocabulary']);
  const axis = graph.indices([-1]);
  const max = graph.node('ReduceMax', [logits, axis]);
  const below = graph.node('Clip', [graph.node('Sub', [logits, max]), graph.scalar(LOWEST)]);
  const exponentials = graph.node('Exp', [below]);
  const sum = graph.node('ReduceSum', [exponentials, axis]);
  const weighted = graph.node('ReduceSum', [graph.node('Mul', [exponentials, below]), axis]);
  const log = graph.node('Log', [sum]);
  const entropy = graph.node('Sub', [log, graph.node('Div', [weighted, sum])]);
  const flat = (value: string, output: string): string =>
    graph.node('Squeeze', [value, axis], { outputs: [output] });
  graph.outputs.push(
    flat(graph.node('Add', [max, log]), 'normalizers'),
    flat(entropy, 'entropies'),
  );
  return encodeModel(graph);
}
