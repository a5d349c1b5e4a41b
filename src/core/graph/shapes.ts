import type { Dimension, Graph, GraphNode, ValueInfo } from './graph.js';
import { graphError, intAttribute, intsAttribute, normalizeAxis } from './graph.js';

type Infer = (graph: Graph, node: GraphNode) => readonly ValueInfo[];

const first: Infer = (graph, node) => [graph.info(node.inputs[0]!)];

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

const elementwise: Infer = (graph, node) => {
  const infos = node.inputs.map((name) => graph.info(name));
  const dims = infos.map((info) => info.dims).reduce((a, b) => broadcast(node.op, a, b));
  return [{ type: infos[0]!.type, dims }];
};

const comparison: Infer = (graph, node) =>
  elementwise(graph, node).map(({ dims }) => ({ type: 'bool', dims }));

const matrixProduct: Infer = (graph, node) => {
  const a = graph.info(node.inputs[0]!);
  const b = graph.info(node.inputs[1]!);
  if (a.dims.length < 2 || b.dims.length < 2) {
    throw graphError(
      node.op,
      'operands of rank 2 or more',
      `ranks ${a.dims.length}, ${b.dims.length}`,
    );
  }
  const [m, k] = lastTwo(a.dims, intAttribute(node, 'transA', 0) === 1);
  const [k2, n] = lastTwo(b.dims, intAttribute(node, 'transB', 0) === 1);
  if (k !== k2) throw graphError(node.op, `inner size ${k}`, String(k2));
  return [
    { type: a.type, dims: [...broadcast(node.op, a.dims.slice(0, -2), b.dims.slice(0, -2)), m, n] },
  ];
};

function lastTwo(dims: readonly Dimension[], transposed: boolean): [Dimension, Dimension] {
  const [row, column] = [dims.at(-2)!, dims.at(-1)!];
  return transposed ? [column, row] : [row, column];
}

const layerNormalization: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const axis = normalizeAxis(intAttribute(node, 'axis', -1), x.dims.length);
  const dims = x.dims.map((dim, i) => (i < axis ? dim : 1));
  return [x, { type: 'float32', dims }, { type: 'float32', dims }];
};

const gather: Infer = (graph, node) => {
  const data = graph.info(node.inputs[0]!);
  const indices = graph.info(node.inputs[1]!);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), data.dims.length);
  const dims = [...data.dims.slice(0, axis), ...indices.dims, ...data.dims.slice(axis + 1)];
  return [{ type: data.type, dims }];
};

const reshape: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const wanted = graph.constantIntegers(node.inputs[1]!);
  if (!wanted) return [];
  const dims: Dimension[] = wanted.map((dim, i) => (dim === 0 ? x.dims[i]! : dim));
  const hole = dims.indexOf(-1);
  if (hole >= 0) {
    const total = size(x.dims);
    const rest = size(dims.filter((_, i) => i !== hole));
    dims[hole] = total === undefined || rest === undefined ? 'unknown' : total / rest;
  } else if (size(dims) !== size(x.dims)) {
    throw graphError('Reshape', `${size(x.dims) ?? '?'} elements`, `[${dims.join(', ')}]`);
  }
  return [{ type: x.type, dims }];
};

function size(dims: readonly Dimension[]): number | undefined {
  let product = 1;
  for (const dim of dims) {
    if (typeof dim === 'string') return undefined;
    product *= dim;
  }
  return product;
}

const transpose: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const order = intsAttribute(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  return [{ type: x.type, dims: order.map((axis) => x.dims[axis]!) }];
};

/** Axes of a reduction, Squeeze or Unsqueeze: an input since opset 13 or 18, an attribute before. */
export function axesOf(graph: Graph, node: GraphNode): readonly number[] | undefined {
  const given = node.inputs[1];
  if (given !== undefined && given !== '') return graph.constantIntegers(given);
  return intsAttribute(node, 'axes');
}

const reduction: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const axes = (axesOf(graph, node) ?? x.dims.map((_, i) => i)).map((axis) =>
    normalizeAxis(axis, x.dims.length),
  );
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  const dims = x.dims.flatMap((dim, i) => (axes.includes(i) ? (keep ? [1] : []) : [dim]));
  return [{ type: x.type, dims }];
};

const argMax: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), x.dims.length);
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  const dims = x.dims.flatMap((dim, i) => (i === axis ? (keep ? [1] : []) : [dim]));
  return [{ type: 'int64', dims }];
};

const unsqueeze: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const axes = axesOf(graph, node) ?? [];
  const rank = x.dims.length + axes.length;
  const added = new Set(axes.map((axis) => normalizeAxis(axis, rank)));
  const rest = [...x.dims];
  const dims = Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.shift()!));
  return [{ type: x.type, dims }];
};

const squeeze: Infer = (graph, node) => {
  const x = graph.info(node.inputs[0]!);
  const axes = axesOf(graph, node)?.map((axis) => normalizeAxis(axis, x.dims.length));
  const dims = x.dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1));
  return [{ type: x.type, dims }];
};

const concat: Infer = (graph, node) => {
  const infos = node.inputs.map((name) => graph.info(name));
  const { type, dims } = infos[0]!;
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
  const total = size(infos.map((info) => info.dims[axis]!)) === undefined;
  const joined = total ? 'unknown' : infos.reduce((sum, info) => sum + Number(info.dims[axis]), 0);
  return [{ type, dims: dims.map((dim, i) => (i === axis ? joined : dim)) }];
};

const split: Infer = (graph, node) => {
  const { type, dims } = graph.info(node.inputs[0]!);
  const axis = normalizeAxis(intAttribute(node, 'axis', 0), dims.length);
  const sizes = graph.constantIntegers(node.inputs[1] ?? '');
  if (!sizes || sizes.reduce((a, b) => a + b, 0) !== dims[axis]) {
    throw graphError('Split', `sizes that add up to ${dims[axis] ?? '?'}`, String(sizes));
  }
  return sizes.map((part) => ({ type, dims: dims.map((dim, i) => (i === axis ? part : dim)) }));
};

const cast: Infer = (graph, node) => {
  const types = { 1: 'float32', 6: 'int32', 7: 'int64', 9: 'bool' } as const;
  const to = intAttribute(node, 'to', 0);
  if (to !== 1 && to !== 6 && to !== 7 && to !== 9) {
    throw graphError('Cast', 'float32, int32, int64 or bool', `type ${to}`);
  }
  return [{ type: types[to], dims: graph.info(node.inputs[0]!).dims }];
};

const INFERENCE: Readonly<Record<string, Infer>> = {
  Add: elementwise,
  Sub: elementwise,
  Mul: elementwise,
  Div: elementwise,
  Pow: elementwise,
  Max: elementwise,
  Sum: elementwise,
  Equal: comparison,
  Greater: comparison,
  Where: (graph, node) => {
    const [condition, a, b] = node.inputs.map((name) => graph.info(name));
    const dims = broadcast('Where', condition!.dims, broadcast('Where', a!.dims, b!.dims));
    return [{ type: a!.type, dims }];
  },
  Erf: first,
  Exp: first,
  Log: first,
  Neg: first,
  Sqrt: first,
  Tanh: first,
  Sigmoid: first,
  Relu: first,
  Reciprocal: first,
  Identity: first,
  Gelu: first,
  Softmax: first,
  LogSoftmax: first,
  ScatterElements: first,
  ScatterND: first,
  Slice: (graph, node) => {
    const x = graph.info(node.inputs[0]!);
    const [starts, ends, axes] = node.inputs.slice(1).map((name) => graph.constantIntegers(name));
    if (!starts || !ends || !axes || node.inputs.length > 4) return [];
    const dims = [...x.dims];
    axes.forEach((given, i) => {
      const axis = normalizeAxis(given, dims.length);
      const length = dims[axis]!;
      if (typeof length === 'string') throw graphError('Slice', 'a static size', length);
      const clamp = (at: number): number =>
        Math.min(Math.max(at < 0 ? at + length : at, 0), length);
      dims[axis] = Math.max(clamp(ends[i]!) - clamp(starts[i]!), 0);
    });
    return [{ type: x.type, dims }];
  },
  GatherElements: (graph, node) => [
    { type: graph.info(node.inputs[0]!).type, dims: graph.info(node.inputs[1]!).dims },
  ],
  MatMul: matrixProduct,
  FusedMatMul: matrixProduct,
  Gemm: matrixProduct,
  LayerNormalization: layerNormalization,
  Gather: gather,
  Reshape: reshape,
  Transpose: transpose,
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ArgMax: argMax,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Concat: concat,
  Split: split,
  Cast: cast,
  Shape: (graph, node) => {
    const rank = graph.info(node.inputs[0]!).dims.length;
    const start = normalizeAxis(intAttribute(node, 'start', 0), rank);
    const end = normalizeAxis(intAttribute(node, 'end', rank), rank);
    return [{ type: 'int64', dims: [end - start] }];
  },
  Range: () => [{ type: 'int64', dims: ['unknown'] }],
  Expand: (graph, node) => {
    const x = graph.info(node.inputs[0]!);
    const wanted = graph.constantIntegers(node.inputs[1]!);
    return wanted ? [{ type: x.type, dims: broadcast('Expand', x.dims, wanted) }] : [];
  },
  HardSigmoid: first,
  ErfGate: (graph, node) => {
    const u = graph.info(node.inputs[0]!);
    return [u, u];
  },
  DecodedCrossEntropy: (graph, node) => {
    const states = graph.info(node.inputs[0]!);
    const [rows = 0] = states.dims;
    const slices = node.inputs.slice(5).filter((_, i) => i % 2 === 0);
    const column: ValueInfo = { type: 'float32', dims: [rows, 1] };
    return [
      { type: 'float32', dims: [] },
      column,
      states,
      ...slices.map((slice): ValueInfo => {
        return { type: 'float32', dims: [rows, graph.info(slice).dims[0]!] };
      }),
    ];
  },
  MaskedCrossEntropy: (graph, node) => {
    const logits = graph.info(node.inputs[0]!);
    return [
      { type: 'float32', dims: [] },
      { type: 'float32', dims: logits.dims },
      { type: 'float32', dims: [logits.dims[0]!, 1] },
    ];
  },
};

/**
 * Types and shapes of a node's outputs. Empty where they depend on computed values: whoever adds
 * such a node records the shape itself.
 */
export function inferShapes(graph: Graph, node: GraphNode): readonly ValueInfo[] {
  const infer = INFERENCE[node.op];
  if (!infer) throw graphError(node.op, 'an operator with shape inference', node.op);
  return infer(graph, node);
}
