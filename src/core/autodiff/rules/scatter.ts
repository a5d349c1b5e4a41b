import type { Graph } from '../../graph/graph.js';
import { int, text } from '../../graph/node.js';
import type { RowGradient, RuleContext } from '../rule.js';
import { joinPlaced, placeAt } from '../views.js';
import { add, count, reshapeTo, slice } from './helpers.js';
import { sumOver } from './sums.js';

/** ScatterElements supports addition since opset 16. */
export const SINCE_16 = [16, 23] as const;

/** Zeros created at run time, so that the model does not contain them. */
export const zeros = (graph: Graph, dims: readonly number[]): string =>
  graph.node('ConstantOfShape', [graph.indices(dims)]);

/**
 * ScatterElements with addition. In ONNX Runtime, ScatterND with `reduction=add` is racy on
 * repeated indices, ScatterElements is not.
 */
export const scatterAdd = (
  graph: Graph,
  { onto, indices, values, axis }: { onto: string; indices: string; values: string; axis: number },
): string =>
  graph.node('ScatterElements', [onto, indices, values], {
    attributes: { axis: int(axis), reduction: text('add') },
  });

/**
 * Adds `values` by row: value i of axis 1 of [outer, n, inner] is added to row `indices[i]` of
 * [outer, size, inner].
 */
export function scatterRows(graph: Graph, values: string, indices: string, size: number): string {
  const [outer = 1, n = 1, inner = 1] = graph.staticDims(values);
  if (outer === 1 && (n === 1 || graph.uniqueIndices.has(indices))) {
    const rows = graph.node('ScatterND', [
      zeros(graph, [size, inner]),
      graph.reshape(indices, [n, 1]),
      graph.reshape(values, [n, inner]),
    ]);
    return graph.reshape(rows, [1, size, inner]);
  }
  const everywhere = graph.node('Expand', [
    graph.reshape(indices, [1, n, 1]),
    graph.indices([outer, n, inner]),
  ]);
  const onto = zeros(graph, [outer, size, inner]);
  return scatterAdd(graph, { onto, indices: everywhere, values, axis: 1 });
}

/** Known places from which the parts of a value come. */
export interface Places {
  readonly axis: number;
  /** Position in the result of each element along the axis, from 0. */
  readonly places: readonly number[];
  /** Size of the result along the axis. */
  readonly size: number;
}

/**
 * Adjoint of taking constant positions along an axis: element i of `x` is added at `places[i]`, and
 * other positions are 0. Because the positions are known, the result is concatenated from few runs
 * of neighbors, or otherwise gathered, which ONNX Runtime does in parallel, unlike scattering.
 */
export function addAlong(graph: Graph, x: string, { axis, places, size }: Places): string {
  const dims = graph.staticDims(x);
  const whole = [...dims.slice(0, axis), size, ...dims.slice(axis + 1)];
  const n = places.length;
  const runs = findRuns(places);
  if (runs.length * size <= 2 * n + size) {
    return runs
      .map(({ from, start, length }) => {
        const part = length === n ? x : slice(graph, x, { axis, from, to: from + length });
        return placeAt(graph, part, { axis, start, size, shape: whole });
      })
      .reduce((a, b) => joinPlaced(graph, a, b) ?? add(graph, a, b));
  }
  const sources: number[][] = Array.from({ length: size }, () => []);
  places.forEach((place, i) => sources[place]!.push(i));
  const most = Math.max(...sources.map((from) => from.length));
  const outer = count(dims.slice(0, axis));
  const inner = count(dims.slice(axis + 1));
  // Gathering costs per block, scattering per element.
  if (most > 1 && most * size > n * Math.min(Math.max(2, inner / 4), 8)) {
    const values = reshapeTo(graph, x, [outer, n, inner]);
    return reshapeTo(graph, scatterRows(graph, values, graph.indices(places), size), whole);
  }
  const padded = graph.node('Pad', [
    x,
    graph.indices([...dims.map(() => 0), ...dims.map((_, i) => (i === axis ? 1 : 0))]),
  ]);
  const table = Array.from({ length: most }, (_, j) => sources.map((from) => from[j] ?? n));
  const indices = graph.reshape(graph.indices(table.flat()), [most, size]);
  const gathered = graph.node('Gather', [padded, indices], { attributes: { axis: int(axis) } });
  return reshapeTo(graph, sumOver(graph, gathered, [axis]), whole);
}

interface Run {
  /** First element of the run, and its position. */
  readonly from: number;
  readonly start: number;
  length: number;
}

/** Longest runs at consecutive positions. */
function findRuns(places: readonly number[]): Run[] {
  const runs: Run[] = [];
  places.forEach((place, i) => {
    const last = runs.at(-1);
    if (last && place === last.start + last.length) last.length++;
    else runs.push({ from: i, start: place, length: 1 });
  });
  return runs;
}

/**
 * Gradient of input `i`, of which rows `indices` (int64, any shape, not negative) were taken:
 * `values` added by row. Parameters get the rows unchanged, and the trainer adds them.
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
  const updates = reshapeTo(graph, values, [1, rows, count(dims.slice(1))]);
  return reshapeTo(graph, scatterRows(graph, updates, indices, dims[0]!), dims);
}
