import type { Graph } from '../graph/graph.js';
import { int } from '../graph/node.js';

/**
 * Gradients that are a repeated or zero-padded value. Readers may use the source instead, and the
 * unused node is then removed.
 */
interface Views {
  /** Result of an Expand → its operand. */
  readonly expanded: Map<string, string>;
  readonly placed: Map<string, Placed>;
}

/** Placement of a value among zeros. */
export interface Placement {
  readonly axis: number;
  /** First position of the value along the axis. */
  readonly start: number;
  /** Total size along the axis. */
  readonly size: number;
  /** Shape of the padded value after reshaping. */
  readonly shape: readonly number[];
}

interface Placed extends Placement {
  readonly source: string;
}

const known = new WeakMap<Graph, Views>();

function viewsOf(graph: Graph): Views {
  let views = known.get(graph);
  if (!views) {
    views = { expanded: new Map(), placed: new Map() };
    known.set(graph, views);
  }
  return views;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Repeats `x` along its axes of size 1, and along new leading ones. */
export function expandTo(graph: Graph, x: string, dims: readonly number[]): string {
  if (same(graph.staticDims(x), dims)) return x;
  const source = expansionSource(graph, x);
  const output = graph.node('Expand', [source, graph.indices(dims)]);
  viewsOf(graph).expanded.set(output, source);
  return output;
}

/** Smallest value that `x` repeats, or `x` itself. */
export function expansionSource(graph: Graph, x: string): string {
  return viewsOf(graph).expanded.get(x) ?? x;
}

/** A value that is 0 except for `x`. */
export function placeAt(graph: Graph, x: string, placement: Placement): string {
  const { axis, start, size, shape } = placement;
  const dims = graph.staticDims(x);
  const after = size - start - dims[axis]!;
  const reshaped = (whole: string): string =>
    same(graph.staticDims(whole), shape) ? whole : graph.reshape(whole, shape);
  if (start === 0 && after === 0) return reshaped(x);
  const pads = [...dims, ...dims].map(() => 0);
  pads[axis] = start;
  pads[dims.length + axis] = after;
  const output = reshaped(graph.node('Pad', [x, graph.indices(pads)]));
  viewsOf(graph).placed.set(output, { ...placement, source: x });
  return output;
}

/** Sum of two placed values as one, if they are at the same position or adjacent. */
export function joinPlaced(graph: Graph, a: string, b: string): string | null {
  const { placed } = viewsOf(graph);
  const [first, second] = [placed.get(a), placed.get(b)].sort(
    (p, q) => (p?.start ?? 0) - (q?.start ?? 0),
  );
  if (!first || first.axis !== second?.axis || first.size !== second.size) return null;
  if (graph.info(first.source).dims.length !== graph.info(second.source).dims.length) return null;
  const { axis, start } = first;
  const [length, other] = [first, second].map(({ source }) => graph.staticDims(source)[axis]!);
  const parts = [first.source, second.source];
  if (start === second.start && length === other) {
    return placeAt(graph, graph.node('Add', parts), first);
  }
  if (start + length! !== second.start) return null;
  return placeAt(graph, graph.node('Concat', parts, { attributes: { axis: int(axis) } }), first);
}

/** Whether a value was created by `placeAt`. */
export function isPlaced(graph: Graph, x: string): boolean {
  return viewsOf(graph).placed.has(x);
}
