import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { intsAttribute } from '../../graph/attributes.js';
import { Pattern } from './graphPattern.js';

/** factor · (x W + b) with a matrix W. */
export interface Linear {
  readonly x: string;
  readonly weight: string;
  /** Whether `weight` holds Wᵀ. */
  readonly transposed: boolean;
  readonly bias: string | null;
  factor: number;
}

export interface Linears {
  /** Linear maps by the node of their result. */
  readonly byNode: ReadonlyMap<GraphNode, Linear>;
  /** Nodes that are part of a linear map or of an absorbed scale. */
  readonly absorbed: ReadonlySet<GraphNode>;
  /** Results of absorbed scales, and the values that replace them. */
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * Finds the linear maps of a graph: products with a matrix, a bias that is added only to them, and
 * scales that can be absorbed (which makes the 1/√d of attention scores free).
 */
export function findLinears(graph: Graph): Linears {
  const pattern = new Pattern(graph);
  const byNode = new Map<GraphNode, Linear>();
  const absorbed = new Set<GraphNode>();
  const aliases = new Map<string, string>();
  for (const node of graph.nodes) {
    if (node.op !== 'MatMul') continue;
    const [x = '', w = ''] = node.inputs;
    if (graph.staticDims(w).length !== 2 || graph.staticDims(x).length < 2) continue;
    const transpose = pattern.producer(w, 'Transpose');
    const flipped = transpose && intsAttribute(transpose, 'perm')?.join() === '1,0';
    const weight = flipped ? transpose.inputs[0]! : w;
    const [product = ''] = node.outputs;
    const sum = pattern.onlyReader(product, 'Add');
    const bias = sum && pattern.other(sum, product);
    const biased = bias !== undefined && isVector(graph, bias, graph.staticDims(w)[1]!);
    const linear = {
      x,
      weight,
      transposed: flipped === true,
      bias: biased ? bias : null,
      factor: 1,
    };
    byNode.set(biased ? sum! : node, linear);
    if (biased) absorbed.add(node);
  }
  for (const node of graph.nodes) {
    const scale = node.op === 'Mul' || node.op === 'Div' ? scaleOf(pattern, node) : undefined;
    const linear = scale && linearBehind(pattern, byNode, scale.value);
    if (!linear || !sameRank(graph, scale.value, node.outputs[0]!)) continue;
    linear.factor *= scale.factor;
    absorbed.add(node);
    aliases.set(node.outputs[0]!, scale.value);
  }
  const weights = new Set([...byNode.values()].map(({ weight }) => weight));
  for (const node of graph.nodes) {
    if (node.op === 'Transpose' && weights.has(node.inputs[0]!) && onlyWeight(graph, node)) {
      absorbed.add(node);
    }
  }
  return { byNode, absorbed, aliases };
}

function sameRank(graph: Graph, a: string, b: string): boolean {
  return graph.staticDims(a).length === graph.staticDims(b).length;
}

function isVector(graph: Graph, value: string, width: number): boolean {
  const dims = graph.staticDims(value);
  return dims.length === 1 && dims[0] === width;
}

function scaleOf(pattern: Pattern, node: GraphNode): { value: string; factor: number } | undefined {
  if (node.op === 'Div') {
    const [value = '', divisor] = node.inputs;
    const scalar = pattern.scalar(divisor);
    return scalar === undefined ? undefined : { value, factor: 1 / scalar };
  }
  const found = pattern.withScalar(node);
  return found && { value: found.value, factor: found.scalar };
}

/** Linear map of a value, ignoring its layout and a product with another value. */
function linearBehind(
  pattern: Pattern,
  byNode: ReadonlyMap<GraphNode, Linear>,
  value: string,
): Linear | undefined {
  if (pattern.readerCount(value) !== 1) return undefined;
  const node = pattern.anyProducer(value);
  if (!node) return undefined;
  const linear = byNode.get(node);
  if (linear) return linear;
  const through = node.op === 'MatMul' ? node.inputs : LAYOUT.has(node.op) ? [node.inputs[0]!] : [];
  for (const input of through) {
    const found = linearBehind(pattern, byNode, input);
    if (found) return found;
  }
  return undefined;
}

const LAYOUT = new Set(['Reshape', 'Transpose']);

/** Whether a transposed matrix is read only by linear maps, which can use it untransposed. */
function onlyWeight(graph: Graph, transpose: GraphNode): boolean {
  const [value = ''] = transpose.outputs;
  if (graph.outputs.includes(value)) return false;
  return graph.nodes.every((node) => {
    if (!node.inputs.includes(value)) return true;
    const asWeight = node.op === 'MatMul' && node.inputs[1] === value && node.inputs[0] !== value;
    return asWeight && graph.staticDims(node.inputs[0]!).length >= 2;
  });
}
