import type { Graph } from '../../graph/graph.js';
import { int, ints, text } from '../../graph/graph.js';
import type { RowGradient, RuleContext } from '../rule.js';

/** The first output's gradient, for ops with one output. */
export function outputGradient({ dY }: RuleContext): string {
  return dY[0]!;
}

export const mul = (graph: Graph, a: string, b: string): string =>
  graph.isScalar(a, 1) ? b : graph.isScalar(b, 1) ? a : graph.node('Mul', [a, b]);
export const add = (graph: Graph, a: string, b: string): string => graph.node('Add', [a, b]);
export const sub = (graph: Graph, a: string, b: string): string => graph.node('Sub', [a, b]);

/** Product of the sizes. */
export const count = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

export const sameDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

export function reshapeTo(graph: Graph, x: string, dims: readonly number[]): string {
  return sameDims(graph.staticDims(x), dims) ? x : graph.reshape(x, dims);
}

/** Swaps the last two axes. */
export function transposeLastTwo(graph: Graph, x: string): string {
  const rank = graph.info(x).dims.length;
  const order = Array.from({ length: rank }, (_, i) => i);
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return graph.node('Transpose', [x], { attributes: { perm: ints(order) } });
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

/** Sum over the rows of a matrix as a product with ones: twice as fast as ReduceSum on axis 0. */
export function sumRows(graph: Graph, x: string): string {
  const [rows = 1] = graph.staticDims(x);
  return rows === 1 ? x : graph.node('MatMul', [graph.filled(1, [1, rows]), x]);
}

/** Sum over the last axis, which stays with size 1. */
export function sumLast(graph: Graph, x: string): string {
  const dims = graph.staticDims(x);
  const width = dims.at(-1) ?? 1;
  const flat = reshapeTo(graph, x, [count(dims) / width, width]);
  const sums = graph.node('MatMul', [flat, graph.filled(1, [width, 1])]);
  return reshapeTo(graph, sums, [...dims.slice(0, -1), 1]);
}

/** Adds up a gradient over the axes along which its operand of shape `dims` was broadcast. */
export function unbroadcast(graph: Graph, gradient: string, dims: readonly number[]): string {
  const from = graph.staticDims(gradient);
  if (sameDims(from, dims)) return gradient;
  const aligned = [...Array.from({ length: from.length - dims.length }, () => 1), ...dims];
  const axes = from.flatMap((size, i) => (size !== aligned[i] ? [i] : []));
  const leading = axes.length > 0 && axes.every((axis, i) => axis === i);
  if (axes.length === 0) return graph.reshape(gradient, dims);
  if (leading) {
    const rows = count(from.slice(0, axes.length));
    const flat = reshapeTo(graph, gradient, [rows, count(from) / rows]);
    return reshapeTo(graph, sumRows(graph, flat), dims);
  }
  if (axes.length === 1 && axes[0] === from.length - 1) {
    return reshapeTo(graph, sumLast(graph, gradient), dims);
  }
  const sums = graph.node('ReduceSum', [gradient, graph.indices(axes)]);
  return reshapeTo(graph, sums, dims);
}

/**
 * The gradient of input `i`, of which rows `indices` were taken: `values` added up by row. A
 * parameter gets the rows as they are and the engine adds them up; elsewhere they are scattered.
 * ScatterND only for indices known to be unique: its `reduction=add` is racy in ONNX Runtime,
 * ScatterElements' is not.
 */
export function addedRows(
  context: RuleContext,
  i: number,
  indices: string,
  values: string,
): string | RowGradient {
  const { graph, node } = context;
  const dims = graph.staticDims(node.inputs[i]!);
  const rows = count(graph.staticDims(indices));
  if (context.acceptsRows(i)) {
    return { indices, values: reshapeTo(graph, values, [rows, ...dims.slice(1)]) };
  }
  const width = count(dims.slice(1));
  const updates = reshapeTo(graph, values, [rows, width]);
  const column = graph.reshape(indices, [rows, 1]);
  const zeros = graph.filled(0, [dims[0]!, width]);
  if (graph.uniqueIndices.has(indices) || rows === 1) {
    return reshapeTo(graph, graph.node('ScatterND', [zeros, column, updates]), dims);
  }
  if (graph.opset < 16) {
    // ScatterElements cannot add yet: a product with the one-hot rows can.
    const places = graph.indices(Array.from({ length: dims[0]! }, (_, at) => at));
    const hits = graph.node('Equal', [column, places]);
    const oneHot = graph.node('Cast', [hits], { attributes: { to: int(1) } });
    return reshapeTo(graph, product(graph, oneHot, updates, { transA: true }), dims);
  }
  const everywhere = graph.node('Expand', [column, graph.indices([rows, width])]);
  const scattered = graph.node('ScatterElements', [zeros, everywhere, updates], {
    attributes: { axis: int(0), reduction: text('add') },
  });
  return reshapeTo(graph, scattered, dims);
}
