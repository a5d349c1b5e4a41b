import type { GraphView, Dimension, GraphNode, ValueInfo } from '../node.js';
import { intsAttribute } from '../attributes.js';
import { graphError, normalizeAxis } from '../node.js';
import type { TensorType } from '../../ports.js';

/** Types and shapes of a node's outputs; empty if they depend on computed values. */
export type Infer = (graph: GraphView, node: GraphNode) => readonly ValueInfo[];

export function inputInfo(graph: GraphView, node: GraphNode, i: number): ValueInfo {
  const name = node.inputs[i];
  if (name === undefined || name === '') {
    throw graphError(node.op, `input ${i}`, `${node.inputs.length} inputs`);
  }
  return graph.info(name);
}

/** Whether the node has an input; optional ones may be omitted with an empty name. */
export const hasInput = (node: GraphNode, i: number): boolean => (node.inputs[i] ?? '') !== '';

/** Numbers of an integer input, or undefined if it is omitted or computed. */
export const constantInput = (graph: GraphView, node: GraphNode, i: number): number[] | undefined =>
  graph.constantIntegers(node.inputs[i] ?? '');

/** The shape of the first input. */
export const first: Infer = (graph, node) => [inputInfo(graph, node, 0)];

/** The shape of the first input as another type. */
export const firstAs =
  (type: TensorType): Infer =>
  (graph, node) => [{ type, dims: inputInfo(graph, node, 0).dims }];

/** NumPy broadcasting of two shapes. */
export function broadcast(
  op: string,
  a: readonly Dimension[],
  b: readonly Dimension[],
): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw graphError(op, 'shapes that broadcast', `[${a.join(', ')}] and [${b.join(', ')}]`);
  });
}

export const elementwise: Infer = (graph, node) => {
  const infos = node.inputs.map((name) => graph.info(name));
  const dims = infos.map((info) => info.dims).reduce((a, b) => broadcast(node.op, a, b));
  return [{ type: infos[0]!.type, dims }];
};

export const comparison: Infer = (graph, node) =>
  elementwise(graph, node).map(({ dims }) => ({ type: 'bool', dims }));

export function product(dims: readonly Dimension[]): number | undefined {
  let total = 1;
  for (const dim of dims) {
    if (typeof dim === 'string') return undefined;
    total *= dim;
  }
  return total;
}

/**
 * Axes of a reduction, Squeeze or Unsqueeze: an input since opset 13 or 18, previously an
 * attribute.
 */
export function axesOf(graph: GraphView, node: GraphNode): readonly number[] | undefined {
  if (hasInput(node, 1)) {
    const axes = constantInput(graph, node, 1);
    if (!axes) throw graphError(node.op, 'constant axes', node.inputs[1]!);
    return axes;
  }
  return intsAttribute(node, 'axes');
}

/** An axis counted from the front, checked. */
export function axisWithin(op: string, axis: number, rank: number): number {
  const normal = normalizeAxis(axis, rank);
  if (normal < 0 || normal >= rank) throw graphError(op, `an axis of ${rank}`, String(axis));
  return normal;
}
