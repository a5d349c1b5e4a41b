import type { Graph } from '../../graph/graph.js';
import { int, text } from '../../graph/node.js';
import type { RowGradient, RuleContext } from '../rule.js';
import { joinPlaced, placeAt } from '../views.js';
import { add, count, reshapeTo, slice } from './helpers.js';
import { sumOver } from './sums.js';

/** ScatterElements adds since opset 16. */
export const SINCE_16 = [16, 23] as const;

/** Zeros, made when the graph runs, so that the model does not carry them. */
export const zeros = (graph: Graph, dims: readonly number[]): string =>
  graph.node('ConstantOfShape', [graph.indices(dims)]);

/**
 * ScatterElements that adds. ScatterND's `reduction=add` is racy in ONNX Runtime on repeated
 * indices, ScatterElements' is not.
 */
export const scatterAdd = (
  graph: Graph,
  { onto, indices, values, axis }: { onto: string; indices: string; values: string; axis: number },
): string =>
  graph.node('ScatterElements', [onto, indices, values], {
    attributes: { axis: int(axis), reduction: text('add') },
  });

/**
 * Adds `values` up by row: value i of axis 1 of [outer, n, inner] goes to row `indices[i]` of
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
  /** For each element along the axis, its place in the result, from 0. */
  readonly places: readonly number[];
  /** The result's size along the axis. */
  readonly size: number;
}

/**
 * The adjoint of taking constant places along an axis: element i of `x` is added to `places[i]`,
 * what was never taken is 0. As the places are known, it is put together from runs of neighbours
 * where there are few, and else gathered, which ONNX Runtime does in parallel, unlike scattering.
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
  // Gathering costs by the block, scattering by the element.
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
  /** First element of the run, and its place. */
  readonly from: number;
  readonly start: number;
  length: number;
}

/** The longest stretches that lie at places one after the other. */
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
 * The gradient of input `i`, of which rows `indices` (int64, any shape, not negative) were taken:
 * `values` added up by row. A parameter gets the rows as they are, and the trainer adds them up.
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
