import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import type { TensorType } from '../../ports.js';

/** Nodes that do the same work: one operator on the same shapes. */
export interface NodeGroup {
  readonly node: GraphNode;
  readonly count: number;
  /** Of one of them. */
  readonly work: number;
}

export interface Work {
  readonly total: number;
  /** Those with the most work first. */
  readonly groups: readonly NodeGroup[];
}

/** Cost of one run of a graph, derived from its static shapes. */
export interface GraphCost {
  readonly graph: Graph;
  /** The most bytes of intermediate values that are alive at once. */
  readonly activationBytes: number;
  /** Nodes that compute something. */
  readonly nodeCount: number;
  /** Matrix products, in floating-point operations: 2 a multiplication with its addition. */
  readonly products: Work;
  /** Everything else, in bytes read and written. */
  readonly passes: Work;
}

const BYTES: Readonly<Record<TensorType, number>> = {
  float32: 4,
  int64: 8,
  int32: 4,
  float16: 2,
  bool: 1,
  uint8: 1,
  int8: 1,
};
/** ONNX Runtime gives their output the memory of their input. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
const PRODUCTS = new Set(['MatMul', 'Gemm', 'FusedMatMul', 'TransposeMatMul', 'FusedGemm']);

/** Computes the cost of a graph with static shapes, run node by node in order. */
export function costOf(graph: Graph): GraphCost {
  const computing = graph.nodes.filter(({ op }) => !VIEWS.has(op));
  return {
    graph,
    activationBytes: peakBytes(graph),
    nodeCount: computing.length,
    products: workOf(
      graph,
      computing.filter(({ op }) => PRODUCTS.has(op)),
      flopsOf,
    ),
    passes: workOf(
      graph,
      computing.filter(({ op }) => !PRODUCTS.has(op)),
      trafficOf,
    ),
  };
}

/**
 * Largest sum of the bytes of values that are alive at once: from the node that makes them to the
 * last that reads them or a view of them. Inputs, constants and outputs lie elsewhere.
 */
function peakBytes(graph: Graph): number {
  const viewed = new Map<string, string>();
  const ownerOf = (name: string): string => viewed.get(name) ?? name;
  const lastRead = new Map<string, number>();
  graph.nodes.forEach((node, i) => {
    if (VIEWS.has(node.op)) viewed.set(node.outputs[0]!, ownerOf(node.inputs[0]!));
    for (const input of node.inputs) lastRead.set(ownerOf(input), i);
  });
  const outputs = new Set(graph.outputs.map(ownerOf));
  const alive = new Set<string>();
  let bytes = 0;
  let peak = 0;
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) {
      if (output === '' || ownerOf(output) !== output || outputs.has(output)) continue;
      alive.add(output);
      bytes += bytesOf(graph, output);
    }
    peak = Math.max(peak, bytes);
    for (const name of [...node.inputs.map(ownerOf), ...node.outputs]) {
      const isRead = lastRead.has(name);
      if (isRead && lastRead.get(name) !== i) continue;
      if (alive.delete(name)) bytes -= bytesOf(graph, name);
    }
  });
  return peak;
}

function workOf(
  graph: Graph,
  nodes: readonly GraphNode[],
  workOfNode: (graph: Graph, node: GraphNode) => number,
): Work {
  const groups = new Map<string, { node: GraphNode; count: number; work: number }>();
  for (const node of nodes) {
    const key = signatureOf(graph, node);
    const known = groups.get(key);
    if (known) known.count++;
    else groups.set(key, { node, count: 1, work: workOfNode(graph, node) });
  }
  const sorted = [...groups.values()].sort((a, b) => b.work * b.count - a.work * a.count);
  return { total: sorted.reduce((sum, { work, count }) => sum + work * count, 0), groups: sorted };
}

function signatureOf(graph: Graph, { op, inputs, attributes }: GraphNode): string {
  const shapes = inputs.map((name) => (name === '' ? '' : graph.staticDims(name).join('x')));
  const plain = Object.entries(attributes).map(([name, { kind, value }]) => {
    return `${name}=${kind === 'tensor' || kind === 'graph' ? '' : JSON.stringify(value)}`;
  });
  return [op, ...shapes, ...plain].join(' ');
}

/** 2 · rows · columns · inner, of every matrix of a batch. */
function flopsOf(graph: Graph, node: GraphNode): number {
  const a = graph.staticDims(node.inputs[0]!);
  const isTransposed = node.attributes['transA']?.value === 1;
  const inner = a.at(isTransposed ? -2 : -1) ?? 1;
  return 2 * sizeOf(graph, node.outputs[0]!) * inner;
}

/** Bytes that a node reads and writes; of a lookup table, only the rows that it reads. */
function trafficOf(graph: Graph, { op, inputs, outputs }: GraphNode): number {
  const written = outputs.reduce((sum, name) => sum + (name === '' ? 0 : bytesOf(graph, name)), 0);
  if (op.startsWith('Gather')) return 2 * written;
  const read = new Set(inputs.filter((name) => name !== ''));
  return [...read].reduce((sum, name) => sum + bytesOf(graph, name), written);
}

function bytesOf(graph: Graph, name: string): number {
  return sizeOf(graph, name) * BYTES[graph.info(name).type];
}

function sizeOf(graph: Graph, name: string): number {
  return graph.staticDims(name).reduce((a, b) => a * b, 1);
}
