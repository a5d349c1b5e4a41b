import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { findLinears } from './findLinear.js';
import { Pattern } from './graphPattern.js';

export interface DropoutPlaces {
  /** Nodes whose result gets dropout, with its rate. */
  readonly after: ReadonlyMap<GraphNode, 'hidden' | 'attention'>;
  /** The classifier, whose input gets dropout. */
  readonly before: ReadonlySet<GraphNode>;
}

/**
 * Finds the positions of dropout (Srivastava et al. 2014) in BERT-like encoders: normalized
 * embeddings, attention probabilities, linear maps whose result is added to the hidden states, and
 * the states that a classifier reads.
 */
export function findDropoutPlaces(
  graph: Graph,
  { classifies }: { readonly classifies: boolean },
): DropoutPlaces {
  const pattern = new Pattern(graph);
  const { byNode } = findLinears(graph);
  const after = new Map<GraphNode, 'hidden' | 'attention'>();
  const before = new Set<GraphNode>();
  const linearDepth = new Set<string>();
  for (const node of graph.nodes) {
    const [value = ''] = node.outputs;
    if (byNode.has(node) || node.inputs.some((input) => linearDepth.has(input))) {
      node.outputs.forEach((output) => linearDepth.add(output));
    }
    if (node.op === 'Softmax' && pattern.onlyReader(value, 'MatMul')) after.set(node, 'attention');
    else if (byNode.has(node) && isResidual(graph, pattern, value)) after.set(node, 'hidden');
    else if (node.op === 'LayerNormalization' && isEmbedding(graph, pattern, node, linearDepth)) {
      after.set(node, 'hidden');
    }
  }
  const classifier = classifies ? outputLayer(graph, pattern) : undefined;
  if (classifier && (classifier.op === 'Gemm' || byNode.has(classifier))) before.add(classifier);
  return { after, before };
}

/** Node that computes the output, without changes of its layout. */
function outputLayer(graph: Graph, pattern: Pattern): GraphNode | undefined {
  let node = pattern.anyProducer(graph.outputs[0] ?? '');
  while (node && LAYOUT.has(node.op)) node = pattern.anyProducer(node.inputs[0] ?? '');
  return node;
}

const LAYOUT: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Squeeze']);

function isResidual(graph: Graph, pattern: Pattern, value: string): boolean {
  const sum = pattern.onlyReader(value, 'Add');
  const other = sum && pattern.other(sum, value);
  if (other === undefined) return false;
  const [a, b] = [graph.staticDims(value), graph.staticDims(other)];
  return a.length > 2 && a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/**
 * Normalization of hidden states that come from no linear map and that no residual connection
 * bypasses.
 */
function isEmbedding(
  graph: Graph,
  pattern: Pattern,
  node: GraphNode,
  linearDepth: ReadonlySet<string>,
): boolean {
  const [value = ''] = node.outputs;
  const alone = pattern.readerCount(node.inputs[0]!) === 1;
  return alone && graph.staticDims(value).length > 2 && !linearDepth.has(value);
}
