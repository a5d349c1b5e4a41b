import type { Graph } from '../../graph/graph.js';
import { int, ints } from '../../graph/node.js';
import { broadcast } from '../../graph/shapes/infer.js';
import type { RuleContext, RuleQuery } from '../rule.js';
import { expandTo, expansionSource } from '../views.js';

/**
 * Backward nodes use the forms of operators since opset 13 (axes of ReduceSum and Squeeze as
 * inputs). No rule supports earlier opsets, whose models are upgraded on import.
 */
export const SINCE_13 = [13, 23] as const;

/** Gradient of the first output, for ops with one output. */
export function outputGradient({ dY }: RuleContext): string {
  return dY[0]!;
}

/** Creates a rule for ops that are differentiated by only some inputs. */
export const trainsOnly =
  (...inputs: readonly number[]) =>
  (query: RuleQuery): boolean =>
    query.node.inputs.every((_, i) => inputs.includes(i) || !query.needs(i));

/** One gradient for the first input, and none for the others. */
export const forFirst = ({ node }: RuleContext, dX: string | null): (string | null)[] =>
  node.inputs.map((_, i) => (i === 0 ? dX : null));

type ElementwiseOp = 'Add' | 'Div' | 'Mul' | 'Neg' | 'Pow' | 'Sub' | 'Where';

/** An elementwise operator; repeated operands are replaced by their source. */
export function elementwise(graph: Graph, op: ElementwiseOp, operands: readonly string[]): string {
  const dims = operands
    .map((operand) => graph.staticDims(operand))
    .reduce((a, b) => broadcast(op, a, b) as number[]);
  const sources = operands.map((operand) => expansionSource(graph, operand));
  return expandTo(graph, graph.node(op, sources), dims);
}

export const mul = (graph: Graph, a: string, b: string): string =>
  graph.isScalar(a, 1) ? b : graph.isScalar(b, 1) ? a : elementwise(graph, 'Mul', [a, b]);
export const add = (graph: Graph, a: string, b: string): string =>
  elementwise(graph, 'Add', [a, b]);
export const sub = (graph: Graph, a: string, b: string): string =>
  elementwise(graph, 'Sub', [a, b]);
export const div = (graph: Graph, a: string, b: string): string =>
  elementwise(graph, 'Div', [a, b]);
export const neg = (graph: Graph, x: string): string => elementwise(graph, 'Neg', [x]);
export const scale = (graph: Graph, x: string, factor: number): string =>
  mul(graph, x, graph.scalar(factor));
/** `x` where the condition holds, otherwise 0. */
export const keepWhere = (graph: Graph, condition: string, x: string): string =>
  elementwise(graph, 'Where', [condition, x, graph.scalar(0)]);

/** Product of the sizes. */
export const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

export const sameDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

export function reshapeTo(graph: Graph, x: string, dims: readonly number[]): string {
  return sameDims(graph.staticDims(x), dims) ? x : graph.reshape(x, dims);
}

export function transpose(graph: Graph, x: string, order: readonly number[]): string {
  if (order.every((axis, i) => axis === i)) return x;
  return graph.node('Transpose', [x], { attributes: { perm: ints(order) } });
}

/** Elements in a range along an axis. */
export function slice(
  graph: Graph,
  x: string,
  { axis, from, to }: { axis: number; from: number; to: number },
): string {
  const bounds = [[from], [to], [axis]].map((numbers) => graph.indices(numbers));
  return graph.node('Slice', [x, ...bounds]);
}

/** Swaps the last two axes. */
export function transposeLastTwo(graph: Graph, x: string): string {
  const rank = graph.info(x).dims.length;
  const order = Array.from({ length: rank }, (_, i) => i);
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return transpose(graph, x, order);
}

/** op(a) · op(b): one Gemm for matrices, transposes and a MatMul for batches of them. */
export function product(
  graph: Graph,
  a: string,
  b: string,
  { transA = false, transB = false } = {},
): string {
  if (graph.info(a).dims.length === 2 && graph.info(b).dims.length === 2) {
    const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) };
    return graph.node('Gemm', [a, b], { attributes });
  }
  return graph.node('MatMul', [
    transA ? transposeLastTwo(graph, a) : a,
    transB ? transposeLastTwo(graph, b) : b,
  ]);
}
