import type { Graph } from '../../graph/graph.js';
import { count, reshapeTo, sameDims } from './helpers.js';

/** Sum over the rows of a matrix, as a product with ones: twice as fast as ReduceSum on axis 0. */
export function sumRows(graph: Graph, x: string): string {
  const [rows = 1] = graph.staticDims(x);
  return rows === 1 ? x : graph.node('MatMul', [graph.filled(1, [1, rows]), x]);
}

/** Sum over the columns of a matrix, [rows, 1]. */
function sumColumns(graph: Graph, x: string): string {
  const [, columns = 1] = graph.staticDims(x);
  return columns === 1 ? x : graph.node('MatMul', [x, graph.filled(1, [columns, 1])]);
}

/**
 * Sum over axes, counted from the front, which keep size 1. Outer axes are summed by products with
 * ones.
 */
export function sumOver(graph: Graph, x: string, axes: readonly number[]): string {
  const dims = graph.staticDims(x);
  // Axes of size 1 need no sum and must not separate their neighbors.
  const wide = dims.flatMap((dim, axis) => (dim === 1 ? [] : [axis]));
  const sizes = wide.map((axis) => dims[axis]!);
  const summed = wide.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
  const inner = trailing(summed, sizes.length);
  const outer = leading(summed.slice(0, summed.length - inner));
  const width = count(sizes.slice(sizes.length - inner));
  const height = count(sizes.slice(0, outer));

  let sum = x;
  if (inner > 0) sum = sumColumns(graph, reshapeTo(graph, sum, [count(dims) / width, width]));
  if (outer > 0) {
    const columns = count(graph.staticDims(sum)) / height;
    sum = sumRows(graph, reshapeTo(graph, sum, [height, columns]));
  }
  const middle = summed.slice(outer, summed.length - inner).map((i) => wide[i]!);
  if (middle.length > 0) {
    const done = new Set([...summed.slice(0, outer), ...summed.slice(summed.length - inner)]);
    const partly = dims.map((dim, axis) => (done.has(wide.indexOf(axis)) ? 1 : dim));
    sum = graph.node('ReduceSum', [reshapeTo(graph, sum, partly), graph.indices(middle)]);
  }
  return reshapeTo(
    graph,
    sum,
    dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );
}

/** Number of leading axes among ascending ones: 0, 1, … */
function leading(axes: readonly number[]): number {
  const gap = axes.findIndex((axis, i) => axis !== i);
  return gap < 0 ? axes.length : gap;
}

/** Number of trailing axes among ascending ones: …, rank - 2, rank - 1. */
function trailing(axes: readonly number[], rank: number): number {
  return leading(axes.map((axis) => rank - 1 - axis).reverse());
}

/** Sums a gradient over the axes along which its operand of shape `dims` was broadcast. */
export function unbroadcast(graph: Graph, gradient: string, dims: readonly number[]): string {
  const from = graph.staticDims(gradient);
  if (sameDims(from, dims)) return gradient;
  const aligned = [...Array.from({ length: from.length - dims.length }, () => 1), ...dims];
  const axes = from.flatMap((size, i) => (size !== aligned[i] ? [i] : []));
  return reshapeTo(graph, sumOver(graph, gradient, axes), dims);
}
