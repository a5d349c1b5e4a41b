import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { intAttribute } from '../../graph/attributes.js';
import { float, int } from '../../graph/node.js';
import { rewriteNodes } from '../../graph/passes/rewrite.js';
import { Pattern } from './graphPattern.js';

/**
 * Finds decomposed layer normalization, as exported before opset 17 or written by some models: γ (x
 * - μ) / √(mean (x - μ)² + ε) + β over the last axis.
 */
export function fuseNormalization(graph: Graph): void {
  const pattern = new Pattern(graph);
  const fused = new Map<GraphNode, Normalization>();
  for (const node of graph.nodes) {
    const found = matchNormalized(graph, pattern, node);
    if (!found) continue;
    const { last, normalization } = withScaleAndBias(graph, pattern, node, found);
    fused.set(last, normalization);
  }
  rewriteNodes(graph, (node) => {
    const normalization = fused.get(node);
    if (!normalization) return false;
    const { x, scale, bias, epsilon } = normalization;
    const [width = 1] = graph.staticDims(x).slice(-1);
    const inputs = [x, scale ?? graph.filled(1, [width]), ...(bias === undefined ? [] : [bias])];
    graph.node('LayerNormalization', inputs, {
      outputs: node.outputs,
      attributes: { axis: int(-1), epsilon: float(epsilon) },
    });
    return true;
  });
}

interface Normalization {
  readonly x: string;
  readonly epsilon: number;
  readonly scale?: string;
  readonly bias?: string;
}

/** (x - μ) / √(σ² + ε), as a quotient or as a product with the reciprocal. */
function matchNormalized(
  graph: Graph,
  pattern: Pattern,
  node: GraphNode,
): Normalization | undefined {
  for (const [centred, deviation] of quotients(pattern, node)) {
    const sub = pattern.producer(centred, 'Sub');
    const mean = pattern.producer(sub?.inputs[1], 'ReduceMean');
    const [x = ''] = sub?.inputs ?? [];
    if (!mean || mean.inputs[0] !== x || !meansLastAxis(graph, mean)) continue;
    const root = pattern.producer(deviation, 'Sqrt');
    const sum = pattern.withScalar(pattern.producer(root?.inputs[0], 'Add'));
    const variance = pattern.producer(sum?.value, 'ReduceMean');
    if (!sum || !variance || !meansLastAxis(graph, variance)) continue;
    if (isSquareOf(pattern, variance.inputs[0]!, centred)) return { x, epsilon: sum.scalar };
  }
  return undefined;
}

function quotients(pattern: Pattern, node: GraphNode): (readonly [string, string])[] {
  const [a = '', b = ''] = node.inputs;
  if (node.op === 'Div') return [[a, b]];
  if (node.op !== 'Mul') return [];
  return [
    [a, b],
    [b, a],
  ].flatMap(([numerator = '', inverse = '']) => {
    const reciprocal = pattern.producer(inverse, 'Reciprocal');
    const quotient = pattern.producer(inverse, 'Div');
    if (reciprocal) return [[numerator, reciprocal.inputs[0]!] as const];
    const one = quotient !== undefined && pattern.isScalar(quotient.inputs[0], 1);
    return one ? [[numerator, quotient.inputs[1]!] as const] : [];
  });
}

function isSquareOf(pattern: Pattern, square: string, x: string): boolean {
  const power = pattern.producer(square, 'Pow');
  if (power) return power.inputs[0] === x && pattern.isScalar(power.inputs[1], 2);
  const product = pattern.producer(square, 'Mul');
  return product !== undefined && product.inputs.every((input) => input === x);
}

function meansLastAxis(graph: Graph, node: GraphNode): boolean {
  const rank = graph.staticDims(node.inputs[0]!).length;
  const axes = graph.constantIntegers(node.inputs[1] ?? '');
  const last = axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1);
  return last && intAttribute(node, 'keepdims', 1) === 1;
}

/**
 * Includes the following product with γ and sum with β, if the values between have no other reader.
 */
function withScaleAndBias(
  graph: Graph,
  pattern: Pattern,
  node: GraphNode,
  found: Normalization,
): { last: GraphNode; normalization: Normalization } {
  const width = graph.staticDims(found.x).at(-1);
  const vectorBeside = (next: GraphNode | undefined, value: string): string | undefined => {
    const operand = next && pattern.other(next, value);
    const dims = operand === undefined ? [] : graph.staticDims(operand);
    return dims.length === 1 && dims[0] === width ? operand : undefined;
  };
  const [normalized = ''] = node.outputs;
  const product = pattern.onlyReader(normalized, 'Mul');
  const scale = vectorBeside(product, normalized);
  if (!product || scale === undefined) return { last: node, normalization: found };
  const [scaled = ''] = product.outputs;
  const sum = pattern.onlyReader(scaled, 'Add');
  const bias = vectorBeside(sum, scaled);
  if (!sum || bias === undefined) return { last: product, normalization: { ...found, scale } };
  return { last: sum, normalization: { ...found, scale, bias } };
}
