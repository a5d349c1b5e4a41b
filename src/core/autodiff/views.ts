import type { Graph } from '../graph/graph.js';
import { int } from '../graph/graph.js';

/**
 * Gradients that are another value repeated, or another value with zeros around it. Whoever reads
 * one may read its source instead, and the node that spells it out is then dropped as unused.
 */
interface Views {
  /** Result of an Expand → its operand. */
  readonly expanded: Map<string, string>;
  readonly placed: Map<string, Placement>;
}

/** `source` lies along `axis` from `start` among zeros. */
export interface Placement {
  readonly source: string;
  readonly axis: number;
  readonly start: number;
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

/** The smallest value that `x` is repeated from: `x` itself where it is not. */
export function expansionSource(graph: Graph, x: string): string {
  return viewsOf(graph).expanded.get(x) ?? x;
}

/** Zeros of `size` along `axis`, with `x` from `start` on. */
export function placeAt(
  graph: Graph,
  x: string,
  { axis, start, size }: { axis: number; start: number; size: number },
): string {
  const dims = graph.staticDims(x);
  const after = size - start - dims[axis]!;
  if (start === 0 && after === 0) return x;
  const pads = [...dims, ...dims].map(() => 0);
  pads[axis] = start;
  pads[dims.length + axis] = after;
  const output = graph.node('Pad', [x, graph.indices(pads)]);
  viewsOf(graph).placed.set(output, { source: x, axis, start });
  return output;
}

/** The sum of two placed values as one, where they lie at the same place or side by side. */
export function joinPlaced(graph: Graph, a: string, b: string): string | null {
  const [first, second] = [a, b]
    .map((value) => viewsOf(graph).placed.get(value))
    .sort((p, q) => (p?.start ?? 0) - (q?.start ?? 0));
  if (!first || first.axis !== second?.axis) return null;
  const { axis, start } = first;
  const size = graph.staticDims(a)[axis]!;
  const [length, other] = [first, second].map(({ source }) => graph.staticDims(source)[axis]!);
  if (start === second.start && length === other) {
    return placeAt(graph, graph.node('Add', [first.source, second.source]), { axis, start, size });
  }
  if (start + length! !== second.start) return null;
  const joined = graph.node('Concat', [first.source, second.source], {
    attributes: { axis: int(axis) },
  });
  return placeAt(graph, joined, { axis, start, size });
}

/** True for a value that `placeAt` made. */
export function isPlaced(graph: Graph, x: string): boolean {
  return viewsOf(graph).placed.has(x);
}
