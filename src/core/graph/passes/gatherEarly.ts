import type { Graph } from '../graph.js';
import type { GraphNode } from '../node.js';
import { intAttribute } from '../attributes.js';
import { normalizeAxis } from '../node.js';
import { countReaders, producers } from './rewrite.js';

/** Inputs of an op that hold one row for each row of its output; `null` if rows mix. */
type RowInputs = (graph: Graph, node: GraphNode) => number[] | null;

const unary: RowInputs = () => [0];

const alongLastAxis: RowInputs = (graph, node) => {
  const rank = graph.info(node.inputs[0]!).dims.length;
  return rank > 1 && normalizeAxis(intAttribute(node, 'axis', -1), rank) === rank - 1 ? [0] : null;
};

const elementwise: RowInputs = (graph, node) => {
  const out = graph.info(node.outputs[0]!).dims;
  return node.inputs.flatMap((input, i) => {
    const dims = graph.info(input).dims;
    return dims.length === out.length && dims[0] === out[0] ? [i] : [];
  });
};

/** Index of the input with the axes, which do not include the rows. */
const besideRows =
  (place: number): RowInputs =>
  (graph, node) => {
    const axes = graph.constantIntegers(node.inputs[place] ?? '');
    const rank = graph.info(node.inputs[0]!).dims.length;
    const keepsDims = intAttribute(node, 'keepdims', 1) === 1;
    return keepsDims && axes?.every((axis) => normalizeAxis(axis, rank) !== 0) ? [0] : null;
  };

const ROW_INPUTS: Readonly<Record<string, RowInputs>> = {
  Gelu: unary,
  Erf: unary,
  Relu: unary,
  Tanh: unary,
  Identity: unary,
  Neg: unary,
  Reciprocal: unary,
  Sigmoid: unary,
  Sqrt: unary,
  ReduceMean: besideRows(1),
  Slice: besideRows(3),
  Softmax: alongLastAxis,
  LayerNormalization: alongLastAxis,
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Pow: elementwise,
  MatMul: (graph, node) =>
    node.inputs.every((input) => graph.info(input).dims.length === 2) ? [0] : null,
  Gemm: (graph, node) => {
    if (intAttribute(node, 'transA', 0) === 1) return null;
    const bias = node.inputs[2];
    const rows = graph.info(node.outputs[0]!).dims[0];
    const perRow = bias !== undefined && bias !== '' ? graph.info(bias).dims : [];
    return perRow.length === 2 && perRow[0] === rows ? [0, 2] : [0];
  },
};

/**
 * Moves every `Gather(x, indices)` on axis 0 of a matrix, with indices from a graph input, up
 * through operators that work row by row, so that they run only on the gathered rows. Stops where
 * rows mix (attention) or where a value has another reader.
 */
export function gatherEarly(graph: Graph): void {
  const places: Places = { made: producers(graph), readers: countReaders(graph) };
  while (pushOne(graph, places));
}

/**
 * Makers of the values of a graph, and how many read them. A value that is gathered has a gather as its
 * reader in place of what read it, so both hold until equal gathers are merged.
 */
interface Places {
  readonly made: Map<string, GraphNode>;
  readonly readers: Map<string, number>;
}

function pushOne(graph: Graph, places: Places): boolean {
  for (const gather of graph.nodes) {
    if (gather.op !== 'Gather') continue;
    const [source = '', indices = ''] = gather.inputs;
    if (!graph.inputs.includes(indices)) continue;
    if (axisOf(gather) !== 0 || graph.info(source).dims.length !== 2) continue;
    const same = graph.nodes.filter((node) => sameGather(node, gather));
    if (same.length > 1) {
      merge(graph, gather, { same, readers: places.readers });
      return true;
    }
    const producer = places.made.get(source);
    if (!producer || places.readers.get(source) !== 1) continue;
    const rowInputs = ROW_INPUTS[producer.op]?.(graph, producer);
    if (!rowInputs) continue;
    push(graph, gather, { producer, rowInputs });
    return true;
  }
  return false;
}

function sameGather(a: GraphNode, b: GraphNode): boolean {
  return a.op === 'Gather' && a.inputs.join() === b.inputs.join() && axisOf(a) === axisOf(b);
}

function axisOf(node: GraphNode): number {
  return intAttribute(node, 'axis', 0);
}

/** Keeps the first of several equal gathers and redirects the readers of the others. */
function merge(
  graph: Graph,
  first: GraphNode,
  { same, readers }: { same: readonly GraphNode[]; readers: Map<string, number> },
): void {
  const kept = first.outputs[0]!;
  const dropped = new Set(same.filter((node) => node !== first));
  const aliases = new Set([...dropped].map((node) => node.outputs[0]!));
  for (const name of [...dropped].flatMap(({ inputs }) => inputs)) {
    readers.set(name, readers.get(name)! - 1);
  }
  graph.nodes = graph.nodes.filter((node) => !dropped.has(node));
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => (aliases.has(input) ? kept : input));
  }
}

function push(
  graph: Graph,
  gather: GraphNode,
  { producer, rowInputs }: { producer: GraphNode; rowInputs: readonly number[] },
): void {
  const indices = gather.inputs[1]!;
  const all = graph.nodes;
  const at = all.indexOf(producer);
  graph.nodes = all.slice(0, at);
  const inputs = producer.inputs.map((input, i) =>
    rowInputs.includes(i) ? graph.node('Gather', [input, indices]) : input,
  );
  graph.append({ ...producer, inputs, outputs: gather.outputs });
  graph.nodes.push(...all.slice(at + 1).filter((node) => node !== gather));
}
