import type { GraphView, GraphNode, ValueInfo } from '../node.js';
import { intAttribute } from '../attributes.js';
import { graphError, normalizeAxis } from '../node.js';
import type { KnownOp, StandardOp } from '../ops.js';
import * as indexing from './indexingShapes.js';
import type { Infer } from './infer.js';
import {
  comparison,
  constantInput,
  elementwise,
  first,
  firstAs,
  broadcast,
  inputInfo,
} from './infer.js';
import * as layout from './layoutShapes.js';
import * as linear from './linearShapes.js';
import { argReduction, reduction, topK } from './reductionShapes.js';

const CAST_TYPES = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
} as const;

const cast: Infer = (graph, node) => {
  const to = intAttribute(node, 'to', 0);
  const type = CAST_TYPES[to as keyof typeof CAST_TYPES] as ValueInfo['type'] | undefined;
  if (!type) throw graphError('Cast', Object.values(CAST_TYPES).join(', '), `type ${to}`);
  return [{ type, dims: inputInfo(graph, node, 0).dims }];
};

const layerNormalization: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  const axis = normalizeAxis(intAttribute(node, 'axis', -1), x.dims.length);
  const dims = x.dims.map((dim, i) => (i < axis ? dim : 1));
  return [x, { type: 'float32', dims }, { type: 'float32', dims }];
};

const filled: Infer = (graph, node) => {
  const dims = constantInput(graph, node, 0);
  const value = node.attributes['value'];
  return dims ? [{ type: value?.kind === 'tensor' ? value.value.type : 'float32', dims }] : [];
};

const range: Infer = (graph, node) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => constantInput(graph, node, i)?.[0]);
  const { type } = inputInfo(graph, node, 0);
  if (start === undefined || limit === undefined || delta === undefined) {
    return [{ type, dims: ['unknown'] }];
  }
  return [{ type, dims: [Math.max(Math.ceil((limit - start) / delta), 0)] }];
};

const where: Infer = (graph, node) => {
  const [condition, a, b] = [0, 1, 2].map((i) => inputInfo(graph, node, i));
  const dims = broadcast('Where', condition!.dims, broadcast('Where', a!.dims, b!.dims));
  return [{ type: a!.type, dims }];
};

const dropout: Infer = (graph, node) => {
  const x = inputInfo(graph, node, 0);
  return [x, { type: 'bool', dims: x.dims }];
};

/** Oldest supported opset; earlier models are upgraded on import. */
const FIRST_OPSET = 11;

interface Entry {
  /** First opset in which the operator has its current form. */
  readonly since: number;
  readonly infer: Infer;
}

const since = (opset: number, infer: Infer): Entry => ({ since: opset, infer });
const always = (infer: Infer): Entry => since(FIRST_OPSET, infer);

/** Standard operators, supported in all forms since the given opset. */
const STANDARD = {
  Add: always(elementwise),
  Sub: always(elementwise),
  Mul: always(elementwise),
  Div: always(elementwise),
  Mod: always(elementwise),
  Pow: always(elementwise),
  Max: always(elementwise),
  Min: always(elementwise),
  Sum: always(elementwise),
  Mean: always(elementwise),
  And: always(elementwise),
  Or: always(elementwise),
  Xor: always(elementwise),
  BitwiseAnd: since(18, elementwise),
  BitwiseOr: since(18, elementwise),
  BitwiseXor: since(18, elementwise),
  Equal: always(comparison),
  Greater: always(comparison),
  GreaterOrEqual: since(12, comparison),
  Less: always(comparison),
  LessOrEqual: since(12, comparison),
  Where: always(where),

  Abs: always(first),
  BitwiseNot: since(18, first),
  Ceil: always(first),
  Clip: always(first),
  Cos: always(first),
  CumSum: always(first),
  Elu: always(first),
  Erf: always(first),
  Exp: always(first),
  Floor: always(first),
  Gelu: since(20, first),
  HardSigmoid: always(first),
  HardSwish: since(14, first),
  Identity: always(first),
  IsInf: always(firstAs('bool')),
  IsNaN: always(firstAs('bool')),
  LeakyRelu: always(first),
  Log: always(first),
  LogSoftmax: always(first),
  Mish: since(18, first),
  Neg: always(first),
  Not: always(first),
  Reciprocal: always(first),
  Relu: always(first),
  Round: always(first),
  ScatterElements: always(first),
  ScatterND: always(first),
  Sigmoid: always(first),
  Sign: always(first),
  Sin: always(first),
  Softmax: always(first),
  Softplus: always(first),
  Sqrt: always(first),
  Tanh: always(first),
  Trilu: since(14, first),
  Cast: always(cast),
  CastLike: since(15, (graph, node) => [
    { type: inputInfo(graph, node, 1).type, dims: inputInfo(graph, node, 0).dims },
  ]),
  Dropout: always(dropout),
  LayerNormalization: since(17, layerNormalization),

  ArgMax: always(argReduction),
  ArgMin: always(argReduction),
  ReduceL1: always(reduction),
  ReduceL2: always(reduction),
  ReduceLogSumExp: always(reduction),
  ReduceMax: always(reduction),
  ReduceMean: always(reduction),
  ReduceMin: always(reduction),
  ReduceProd: always(reduction),
  ReduceSum: always(reduction),
  ReduceSumSquare: always(reduction),
  TopK: always(topK),

  Concat: always(layout.concat),
  Expand: always(layout.expand),
  Flatten: always(layout.flatten),
  Reshape: always(layout.reshape),
  Split: always(layout.split),
  Squeeze: always(layout.squeeze),
  Tile: always(layout.tile),
  Transpose: always(layout.transpose),
  Unsqueeze: always(layout.unsqueeze),

  DequantizeLinear: since(13, (graph, node) => [{ ...inputInfo(graph, node, 0), type: 'float32' }]),

  DynamicQuantizeLinear: always((graph, node) => [
    { ...inputInfo(graph, node, 0), type: 'uint8' },
    { type: 'float32', dims: [] },
    { type: 'uint8', dims: [] },
  ]),
  MatMulInteger: always((graph, node) => {
    const [product] = linear.matrixProduct(graph, node);
    return product === undefined ? [] : [{ ...product, type: 'int32' }];
  }),

  Gather: always(indexing.gather),
  GatherElements: always(indexing.gatherElements),
  GatherND: always(indexing.gatherND),
  OneHot: always(indexing.oneHot),
  Pad: always(indexing.pad),
  Slice: always(indexing.slice),

  Conv: always(linear.convolution),
  ConvTranspose: always(linear.transposedConvolution),
  Einsum: since(12, linear.einsum),
  Gemm: always(linear.matrixProduct),
  MatMul: always(linear.matrixProduct),

  ConstantOfShape: always(filled),
  NonZero: always((graph, node) => [
    { type: 'int64', dims: [inputInfo(graph, node, 0).dims.length, 'unknown'] },
  ]),
  Range: always(range),
  Shape: always((graph, node) => {
    const rank = inputInfo(graph, node, 0).dims.length;
    const at = (bound: number): number =>
      Math.min(Math.max(bound < 0 ? bound + rank : bound, 0), rank);
    const start = at(intAttribute(node, 'start', 0));
    const end = at(intAttribute(node, 'end', rank));
    return [{ type: 'int64', dims: [Math.max(end - start, 0)] }];
  }),
  Size: always(() => [{ type: 'int64', dims: [] }]),
} as const satisfies Readonly<Record<StandardOp, Entry>>;

/** Operators of ONNX Runtime and Masklab, which have one form. */
const OTHER = {
  FusedMatMul: linear.matrixProduct,
  MultiHeadAttention: (graph, node) => [inputInfo(graph, node, 0)],
  RotaryEmbedding: (graph, node) => [inputInfo(graph, node, 0)],
  ErfGate: (graph, node) => {
    const u = inputInfo(graph, node, 0);
    return [u, u];
  },
  DecodedCrossEntropy: (graph, node) => {
    const states = inputInfo(graph, node, 0);
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
    const logits = inputInfo(graph, node, 0);
    return [
      { type: 'float32', dims: [] },
      { type: 'float32', dims: logits.dims },
      { type: 'float32', dims: [logits.dims[0]!, 1] },
    ];
  },
} as const satisfies Readonly<Record<Exclude<KnownOp, StandardOp>, Infer>>;

/** Standard operators with shape inference, and the first supported opset of each. */
export const INFERRED_OPS: ReadonlyMap<string, number> = new Map(
  Object.entries(STANDARD).map(([op, entry]) => [op, entry.since]),
);

/**
 * Types and shapes of a node's outputs. Empty if they depend on computed values; the caller then
 * sets the shape.
 *
 * @throws AppError `Graph` for an unknown operator at the graph's opset, or for unsuitable
 * operands.
 */
export function inferShapes(graph: GraphView, node: GraphNode): readonly ValueInfo[] {
  const infer = inferenceFor(graph, node);
  if (!infer) {
    throw graphError(node.op, 'an operator with shape inference', `${node.op}-${graph.opset}`);
  }
  return infer(graph, node);
}

function inferenceFor(graph: GraphView, { op, domain }: GraphNode): Infer | undefined {
  if (domain !== '') return Object.hasOwn(OTHER, op) ? OTHER[op as keyof typeof OTHER] : undefined;
  const entry = Object.hasOwn(STANDARD, op) ? STANDARD[op as keyof typeof STANDARD] : undefined;
  return entry && graph.opset >= entry.since ? entry.infer : undefined;
}
