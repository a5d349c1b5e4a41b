import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { text } from '../../graph/node.js';
import { rewriteNodes } from '../../graph/passes/rewrite.js';
import { Pattern } from './graphPattern.js';

/**
 * Finds the decomposed Gaussian error linear unit (Hendrycks & Gimpel 2016, arXiv:1606.08415): x (1
 * + erf(x/√2)) / 2, or with tanh(√(2/π) (x + 0.044715 x³)) instead of the error function, with
 * factors in any order.
 */
export function fuseGelu(graph: Graph): void {
  const pattern = new Pattern(graph);
  const fused = new Map<GraphNode, { x: string; approximate: string }>();
  for (const node of graph.nodes) {
    if (node.op !== 'Erf' && node.op !== 'Tanh') continue;
    const x = node.op === 'Erf' ? erfArgument(pattern, node) : tanhArgument(pattern, node);
    const last = x === undefined ? undefined : lastProduct(pattern, node, x);
    if (x === undefined || !last) continue;
    fused.set(last, { x, approximate: node.op === 'Erf' ? 'none' : 'tanh' });
  }
  rewriteNodes(graph, (node) => {
    const found = fused.get(node);
    if (!found) return false;
    graph.node('Gelu', [found.x], {
      outputs: node.outputs,
      attributes: { approximate: text(found.approximate) },
    });
    return true;
  });
}

/** x if the node is erf(x/√2). */
function erfArgument(pattern: Pattern, erf: GraphNode): string | undefined {
  const [argument] = erf.inputs;
  const quotient = pattern.producer(argument, 'Div');
  if (quotient)
    return pattern.isScalar(quotient.inputs[1], Math.SQRT2) ? quotient.inputs[0] : undefined;
  return pattern.besideScalar(pattern.producer(argument, 'Mul'), Math.SQRT1_2);
}

const CUBIC = 0.044715;
const ROOT = Math.sqrt(2 / Math.PI);

/** x if the node is tanh(√(2/π) (x + 0.044715 x³)). */
function tanhArgument(pattern: Pattern, tanh: GraphNode): string | undefined {
  const scaled = pattern.besideScalar(pattern.producer(tanh.inputs[0], 'Mul'), ROOT);
  const sum = pattern.producer(scaled, 'Add');
  return sum?.inputs.find((x) => {
    const cubic = pattern.producer(pattern.other(sum, x), 'Mul');
    return isCubeOf(pattern, pattern.besideScalar(cubic, CUBIC), x);
  });
}

function isCubeOf(pattern: Pattern, value: string | undefined, x: string): boolean {
  const power = pattern.producer(value, 'Pow');
  if (power) return power.inputs[0] === x && pattern.isScalar(power.inputs[1], 3);
  const product = pattern.producer(value, 'Mul');
  const square = product && pattern.producer(pattern.other(product, x), 'Mul');
  return square !== undefined && square.inputs.every((input) => input === x);
}

/** Last of the two products of 1 + gate with x and 1/2, in any order. */
function lastProduct(pattern: Pattern, gate: GraphNode, x: string): GraphNode | undefined {
  const [value = ''] = gate.outputs;
  const sum = pattern.onlyReader(value, 'Add');
  if (!sum || !pattern.isScalar(pattern.other(sum, value), 1)) return undefined;
  const [raised = ''] = sum.outputs;
  const first = pattern.onlyReader(raised, 'Mul');
  const factor = first && pattern.other(first, raised);
  if (first === undefined || factor === undefined) return undefined;
  if (pattern.besideScalar(pattern.producer(factor, 'Mul'), 0.5) === x) return first;
  if (halfOf(pattern, factor) === x) return first;
  const [product = ''] = first.outputs;
  const wanted = factor === x ? 0.5 : pattern.isScalar(factor, 0.5) ? x : undefined;
  const second = pattern.onlyReader(product, 'Mul', 'Div');
  if (wanted === undefined || !second) return undefined;
  if (second.op === 'Div') {
    return wanted === 0.5 && pattern.isScalar(second.inputs[1], 2) ? second : undefined;
  }
  const rest = pattern.other(second, product);
  return wanted === 0.5
    ? pattern.isScalar(rest, 0.5)
      ? second
      : undefined
    : rest === wanted
      ? second
      : undefined;
}

function halfOf(pattern: Pattern, value: string): string | undefined {
  const quotient = pattern.producer(value, 'Div');
  return quotient && pattern.isScalar(quotient.inputs[1], 2) ? quotient.inputs[0] : undefined;
}
