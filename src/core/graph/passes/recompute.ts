import type { Graph } from '../graph.js';
import type { GraphNode } from '../node.js';
import { producers } from './rewrite.js';

/**
 * Recomputes activations in the backward pass instead of keeping them (Chen et al. 2016,
 * arXiv:1604.06174). The forward pass is cut where a single value carries everything that follows,
 * such as after each residual and norm of an encoder; only those values are kept. Other values that
 * the backward pass reads are recomputed by copies of the forward nodes that depend on the incoming
 * gradient: an edge through `Shape` delays them, regardless of the order that a runtime prefers, as
 * long as it does not fold shapes. The results are bit-identical.
 *
 * Expects static shapes and a graph whose nodes are in order, forward before backward.
 */
export function recompute(graph: Graph, { loss }: { loss: string }): void {
  const forward = ancestorsOf(graph, loss);
  const cuts = findCuts(graph, forward);
  // The last segment is still in memory when the backward pass begins.
  for (let i = cuts.length - 1; i > 0; i--) {
    const segment = forward.slice(cuts[i - 1]!.position + 1, cuts[i]!.position + 1);
    repeatSegment(graph, segment, { entry: cuts[i - 1]!.value, exit: cuts[i]!.value, forward });
  }
}

function ancestorsOf(graph: Graph, value: string): GraphNode[] {
  const wanted = new Set([value]);
  const found: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    node.inputs.forEach((input) => wanted.add(input));
    found.push(node);
  }
  return found.reverse();
}

interface Cut {
  readonly value: string;
  /** Index of the forward node that computes it. */
  readonly position: number;
}

/** Small values (masks, shapes, indices) may cross a cut. */
const SMALL_SHARE = 1 / 8;

function findCuts(graph: Graph, forward: readonly GraphNode[]): Cut[] {
  const lastRead = new Map<string, number>();
  forward.forEach((node, i) => {
    node.inputs.forEach((input) => lastRead.set(input, i));
  });
  const live = new Set<string>();
  const cuts: Cut[] = [];
  forward.forEach((node, i) => {
    for (const output of node.outputs) if ((lastRead.get(output) ?? -1) > i) live.add(output);
    for (const input of node.inputs) if (lastRead.get(input) === i) live.delete(input);
    const [value = ''] = node.outputs;
    if (!live.has(value)) return;
    const size = sizeOf(graph, value);
    const others = [...live].filter((other) => other !== value);
    if (others.every((other) => sizeOf(graph, other) <= size * SMALL_SHARE)) {
      cuts.push({ value, position: i });
    }
  });
  return worthwhile(graph, forward, cuts);
}

/** Skips cuts that would save almost nothing. */
function worthwhile(graph: Graph, forward: readonly GraphNode[], cuts: readonly Cut[]): Cut[] {
  const kept: Cut[] = [];
  for (const cut of cuts) {
    const before = kept.at(-1);
    const between = forward.slice((before?.position ?? -1) + 1, cut.position);
    const saved = between.reduce((sum, { outputs }) => {
      return sum + outputs.reduce((size, output) => size + sizeOf(graph, output), 0);
    }, 0);
    if (before === undefined || saved > 4 * sizeOf(graph, cut.value)) kept.push(cut);
  }
  return kept;
}

function sizeOf(graph: Graph, value: string): number {
  return graph.staticDims(value).reduce((a, b) => a * b, 1);
}

function repeatSegment(
  graph: Graph,
  segment: readonly GraphNode[],
  { entry, exit, forward }: { entry: string; exit: string; forward: readonly GraphNode[] },
): void {
  const inner = new Set(segment.flatMap((node) => node.outputs).filter((name) => name !== exit));
  const isForward = new Set(forward);
  const backward = graph.nodes.filter((node) => !isForward.has(node));
  const readers = backward.filter((node) => node.inputs.some((input) => inner.has(input)));
  if (readers.length === 0) return;
  const gate = findGate(graph, backward, inner);
  if (gate === null) return;

  const wanted = new Set(readers.flatMap(({ inputs }) => inputs.filter((name) => inner.has(name))));
  const repeated = segment
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => wanted.has(output))) return false;
      node.inputs.forEach((input) => wanted.add(input));
      return true;
    })
    .reverse();

  const first = graph.nodes.indexOf(gate.reader);
  const after = graph.nodes.splice(first);
  // The same value, delayed until the incoming gradient is available.
  const shape = graph.node('Shape', [gate.value]);
  const count = graph.node('ReduceMax', [graph.node('Shape', [shape])]);
  const one = graph.node('Div', [count, count]);
  const dims = graph.node('Mul', [graph.indices(graph.staticDims(entry)), one]);
  const late = graph.node('Reshape', [entry, dims]);
  graph.values.set(late, graph.info(entry));
  const copies = new Map([[entry, late]]);
  for (const node of repeated) {
    const inputs = node.inputs.map((input) => copies.get(input) ?? input);
    const outputs = node.outputs.map((output) => (output === '' ? '' : `${output}:again`));
    graph.append({ ...node, inputs, outputs });
    node.outputs.forEach((output, i) => {
      copies.set(output, outputs[i]!);
      if (output !== '') graph.values.set(outputs[i]!, graph.info(output));
    });
  }
  graph.nodes.push(...after);
  copies.delete(entry);
  for (const node of readers) {
    node.inputs = node.inputs.map((input) => copies.get(input) ?? input);
  }
}

/**
 * The first reader of the segment that also reads a backward value independent of the segment: the
 * incoming gradient.
 */
function findGate(
  graph: Graph,
  backward: readonly GraphNode[],
  inner: ReadonlySet<string>,
): { reader: GraphNode; value: string } | null {
  const made = producers(graph);
  const isBackward = new Set(backward);
  const dependent = new Set(inner);
  let reader: GraphNode | null = null;
  for (const node of backward) {
    if (!node.inputs.some((input) => dependent.has(input))) continue;
    reader ??= node;
    const value = node.inputs.find((input) => {
      const producer = made.get(input);
      return !dependent.has(input) && producer !== undefined && isBackward.has(producer);
    });
    // The copies come before their first reader and after the values that they wait for.
    if (value !== undefined) {
      const at = graph.nodes.indexOf(made.get(value)!);
      return at < graph.nodes.indexOf(reader) ? { reader, value } : null;
    }
    node.outputs.forEach((output) => dependent.add(output));
  }
  return null;
}
