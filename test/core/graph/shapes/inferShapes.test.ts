import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../src/core/graph/node.js';
import { Graph } from '../../../../src/core/graph/graph.js';
import { float, int, ints, text } from '../../../../src/core/graph/node.js';
import { encodeModel } from '../../../../src/core/graph/onnx.js';
import { INFERRED_OPS } from '../../../../src/core/graph/shapes/inferShapes.js';
import type { Tensor } from '../../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';

interface ShapeCase {
  readonly op: string;
  readonly inputs: readonly (Tensor | null)[];
  readonly attrs?: Attributes;
  /** Number of outputs of the node. */
  readonly outputs?: number;
  /** Opsets at which the form holds; from the first that is declared to the newest unless given. */
  readonly opsets?: readonly number[];
}

const NEWEST = 23;

const size = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
const x = (...dims: number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from({ length: size(dims) }, (_, i) => 0.1 + (i % 7) / 8),
});
const i64 = (...values: number[]): Tensor => integers([values.length], values);
const integers = (dims: readonly number[], values: readonly number[]): Tensor => ({
  type: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});
const scalar = (value: number): Tensor => integers([], [value]);
const real = (value: number): Tensor => ({
  type: 'float32',
  dims: [],
  data: Float32Array.of(value),
});
const truth = (dims: readonly number[], values: readonly number[]): Tensor => ({
  type: 'bool',
  dims,
  data: Uint8Array.from(values),
});
const bytes = (dims: readonly number[], values: readonly number[]): Tensor => ({
  type: 'int8',
  dims,
  data: Int8Array.from(values),
});
const natural = (dims: readonly number[], values: readonly number[]): Tensor => ({
  type: 'uint8',
  dims,
  data: Uint8Array.from(values),
});
const axis = (value: number): Attributes => ({ axis: int(value) });

const unary = ['Abs', 'Ceil', 'Cos', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu', 'HardSigmoid'].concat(
  ['HardSwish', 'Identity', 'IsInf', 'IsNaN', 'LeakyRelu', 'Log', 'LogSoftmax', 'Mish', 'Neg'],
  ['Reciprocal', 'Relu', 'Round', 'Sigmoid', 'Sign', 'Sin', 'Softmax', 'Softplus', 'Sqrt', 'Tanh'],
);
const binary = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Mean'].concat([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
]);
/** With the first opset in which the axes are an input. */
const reductions: readonly (readonly [string, number])[] = [
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'].map(
    (op) => [op, 18] as const,
  ),
  ['ReduceProd', 18],
  ['ReduceSum', 13],
  ['ReduceSumSquare', 18],
];

const CASES: readonly ShapeCase[] = [
  ...unary.map((op) => ({ op, inputs: [x(2, 3)] })),
  ...binary.map((op) => ({ op, inputs: [x(4, 1, 3), x(2, 1)] })),
  ...['And', 'Or', 'Xor'].map((op) => ({
    op,
    inputs: [truth([2, 1], [0, 1]), truth([3], [1, 0, 1])],
  })),
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].map((op) => ({
    op,
    inputs: [integers([2, 1], [1, 2]), i64(3, 4)],
  })),
  { op: 'BitwiseNot', inputs: [i64(1, 2)] },
  { op: 'Not', inputs: [truth([2], [0, 1])] },
  { op: 'Mod', inputs: [integers([2, 1], [5, 7]), i64(2, 3)] },
  { op: 'Max', inputs: [x(2, 3), x(3), x(1)] },
  { op: 'Where', inputs: [truth([2, 1], [0, 1]), x(3), x(4, 1, 1)] },
  { op: 'Clip', inputs: [x(2, 3), real(0), real(1)] },
  { op: 'Cast', inputs: [x(2, 3)], attrs: { to: int(7) } },
  { op: 'Cast', inputs: [x(2, 3)], attrs: { to: int(9) } },
  { op: 'Cast', inputs: [i64(2, 3)], attrs: { to: int(1) } },
  { op: 'CastLike', inputs: [x(2, 3), i64(1)] },
  { op: 'CumSum', inputs: [x(2, 3), scalar(1)] },
  { op: 'Dropout', inputs: [x(2, 3)], outputs: 2 },
  { op: 'LayerNormalization', inputs: [x(2, 3, 4), x(4), x(4)], outputs: 3 },
  { op: 'LayerNormalization', inputs: [x(2, 3, 4), x(3, 4)], attrs: axis(1), outputs: 3 },
  { op: 'Trilu', inputs: [x(3, 3), scalar(1)], attrs: { upper: int(0) } },

  ...reductions.flatMap(([op, from]): ShapeCase[] => [
    {
      op,
      inputs: [x(2, 3, 4)],
      attrs: { axes: ints([0, -1]), keepdims: int(0) },
      opsets: [11, from - 1],
    },
    { op, inputs: [x(2, 3, 4), i64(0, -1)], attrs: { keepdims: int(0) }, opsets: [from, NEWEST] },
    { op, inputs: [x(2, 3, 4), i64(1)], opsets: [from, NEWEST] },
    { op, inputs: [x(2, 3, 4)] },
    {
      op,
      inputs: [x(2, 3, 4), i64()],
      attrs: { noop_with_empty_axes: int(1) },
      opsets: [from, NEWEST],
    },
  ]),
  { op: 'ArgMax', inputs: [x(2, 3, 4)], attrs: { ...axis(-1), keepdims: int(0) } },
  { op: 'ArgMin', inputs: [x(2, 3, 4)], attrs: axis(1) },
  { op: 'TopK', inputs: [x(2, 5), i64(3)], outputs: 2 },

  { op: 'Concat', inputs: [x(2, 3), x(2, 1)], attrs: axis(-1) },
  { op: 'Expand', inputs: [x(3, 1), i64(2, 1, 4)] },
  { op: 'Flatten', inputs: [x(2, 3, 4)], attrs: axis(2) },
  { op: 'Flatten', inputs: [x(2, 3, 4)], attrs: axis(-3) },
  { op: 'Reshape', inputs: [x(2, 6), i64(0, -1, 3)] },
  { op: 'Reshape', inputs: [x(2, 0), i64(0, 2)], attrs: { allowzero: int(1) }, opsets: [14, 23] },
  { op: 'Split', inputs: [x(2, 6)], attrs: { ...axis(1), split: ints([2, 4]) }, outputs: 2, opsets: [11, 12] }, // prettier-ignore
  { op: 'Split', inputs: [x(2, 6), i64(2, 4)], attrs: axis(1), outputs: 2, opsets: [13, NEWEST] },
  { op: 'Split', inputs: [x(2, 6)], attrs: axis(-1), outputs: 3, opsets: [11, 13, 17] },
  { op: 'Split', inputs: [x(7, 2)], attrs: { num_outputs: int(3) }, outputs: 3, opsets: [18, 23] },
  { op: 'Squeeze', inputs: [x(2, 1, 3, 1)], attrs: { axes: ints([1]) }, opsets: [11, 12] },
  { op: 'Squeeze', inputs: [x(2, 1, 3, 1), i64(-1)], opsets: [13, NEWEST] },
  { op: 'Squeeze', inputs: [x(2, 1, 3, 1)] },
  { op: 'Unsqueeze', inputs: [x(2, 3)], attrs: { axes: ints([0, -1]) }, opsets: [11, 12] },
  { op: 'Unsqueeze', inputs: [x(2, 3), i64(0, -1)], opsets: [13, NEWEST] },
  { op: 'Tile', inputs: [x(2, 3), i64(2, 1)] },
  { op: 'Transpose', inputs: [x(2, 3, 4)], attrs: { perm: ints([2, 0, 1]) } },
  { op: 'Transpose', inputs: [x(2, 3, 4)] },

  { op: 'DequantizeLinear', inputs: [bytes([2, 3], [1, -2, 3, 4, -5, 127]), x(2)], attrs: axis(0) },
  { op: 'DynamicQuantizeLinear', inputs: [x(2, 3)], outputs: 3 },
  {
    op: 'MatMulInteger',
    inputs: [natural([2, 3], [0, 9, 255, 4, 5, 6]), bytes([3, 1], [1, -2, 3])],
  },
  { op: 'Gather', inputs: [x(5, 3), integers([2, 2], [1, 4, -1, 0])] },
  { op: 'Gather', inputs: [x(2, 5, 3), scalar(0)], attrs: axis(-2) },
  { op: 'GatherElements', inputs: [x(2, 5), integers([2, 2], [0, 1, 2, 3])], attrs: axis(1) },
  { op: 'GatherND', inputs: [x(2, 3, 4), integers([2, 2], [0, 1, 1, 2])] },
  { op: 'GatherND', inputs: [x(2, 3, 4), integers([2, 1], [1, 2])], attrs: { batch_dims: int(1) }, opsets: [12, NEWEST] }, // prettier-ignore
  { op: 'ScatterElements', inputs: [x(2, 5), integers([2, 1], [0, 1]), x(2, 1)], attrs: axis(1) },
  { op: 'ScatterND', inputs: [x(5, 3), integers([2, 1], [0, 3]), x(2, 3)] },
  { op: 'OneHot', inputs: [i64(0, 2), i64(3), x(2)] },
  { op: 'Pad', inputs: [x(2, 3), i64(0, 1, 2, -1)] },
  { op: 'Pad', inputs: [x(2, 3), i64(1, 2), real(0), i64(-1)], opsets: [18, NEWEST] },
  { op: 'Slice', inputs: [x(4, 5), i64(1), i64(3)] },
  { op: 'Slice', inputs: [x(4, 5), i64(-3, 9), i64(99, -99), i64(0, -1), i64(2, -2)] },
  { op: 'Slice', inputs: [x(4, 5), i64(3), i64(1), i64(1)] },

  { op: 'Conv', inputs: [x(2, 4, 9), x(6, 2, 3), x(6)], attrs: { group: int(2), pads: ints([1, 2]), dilations: ints([2]), strides: ints([2]) } }, // prettier-ignore
  { op: 'Conv', inputs: [x(1, 2, 5, 6), x(3, 2, 1, 3)] },
  { op: 'ConvTranspose', inputs: [x(2, 4, 5), x(4, 3, 3)], attrs: { group: int(2), strides: ints([2]), output_padding: ints([1]), pads: ints([1, 0]) } }, // prettier-ignore
  { op: 'Einsum', inputs: [x(2, 3), x(3, 4)], attrs: { equation: text('ij,jk') } },
  { op: 'Einsum', inputs: [x(2, 5, 3), x(3)], attrs: { equation: text('...d, d -> ...') } },
  { op: 'Einsum', inputs: [x(2, 5, 3), x(1, 3, 4)], attrs: { equation: text('...ij,...jk') } },
  { op: 'Gemm', inputs: [x(3, 2), x(4, 3), x(4)], attrs: { transA: int(1), transB: int(1), beta: float(0.5) } }, // prettier-ignore
  { op: 'MatMul', inputs: [x(2, 1, 5, 3), x(4, 3, 2)] },
  { op: 'MatMul', inputs: [x(3), x(2, 3, 4)] },
  { op: 'MatMul', inputs: [x(2, 4, 3), x(3)] },
  { op: 'MatMul', inputs: [x(3), x(3)] },

  { op: 'ConstantOfShape', inputs: [i64(2, 3)] },
  { op: 'ConstantOfShape', inputs: [i64(2)], attrs: { value: { kind: 'tensor', value: i64(7) } } },
  { op: 'Range', inputs: [scalar(1), scalar(8), scalar(3)] },
  { op: 'Shape', inputs: [x(2, 3, 4)] },
  { op: 'Shape', inputs: [x(2, 3, 4)], attrs: { start: int(-2), end: int(9) }, opsets: [15, 23] },
  { op: 'Size', inputs: [x(2, 3, 4)] },
];

/** Operators whose sizes depend on values. */
const DYNAMIC = ['NonZero'];

async function run(testCase: ShapeCase, opset: number): Promise<[Graph, string[], Tensor[]]> {
  const graph = new Graph(opset);
  const names = testCase.inputs.map((tensor, i) => {
    if (!tensor) return '';
    const fed = tensor.type === 'float32' && tensor.dims.length > 0;
    return fed ? graph.input(`x${i}`, tensor.type, tensor.dims) : graph.constant(`x${i}`, tensor);
  });
  const outputs = graph.append({
    op: testCase.op,
    inputs: names,
    attributes: testCase.attrs ?? {},
    outputCount: testCase.outputs ?? 1,
  });
  graph.outputs.push(...outputs);
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  const feeds = Object.fromEntries(
    graph.inputs.map((n) => [n, testCase.inputs[names.indexOf(n)]!]),
  );
  const results = await session.run(feeds, Object.fromEntries(outputs.map((n) => [n, null])));
  await session.release();
  return [graph, outputs, outputs.map((name) => results[name]!)];
}

const opsetsOf = ({ op, opsets }: ShapeCase): readonly number[] =>
  opsets ?? [INFERRED_OPS.get(op)!, NEWEST];

describe('shape inference', () => {
  const cases = CASES.flatMap((testCase) =>
    opsetsOf(testCase).map((opset) => {
      const shapes = testCase.inputs.map((t) => (t ? `[${t.dims.join(',')}]` : '-')).join(' ');
      return [`${testCase.op}-${opset} ${shapes}`, testCase, opset] as const;
    }),
  );
  it.each(cases)('%s agrees with ONNX Runtime', async (_, testCase, opset) => {
    const [graph, outputs, results] = await run(testCase, opset);
    const inferred = outputs.map((name) => graph.info(name));
    expect(inferred).toEqual(results.map(({ type, dims }) => ({ type, dims })));
  });

  it('has a case for every operator it knows, at the first opset and the newest', () => {
    for (const [op, first] of INFERRED_OPS) {
      if (DYNAMIC.includes(op)) continue;
      const tested = CASES.filter((testCase) => testCase.op === op).flatMap(opsetsOf);
      expect([op, Math.min(...tested), Math.max(...tested)]).toEqual([op, first, NEWEST]);
    }
  });

  it.each([
    ['Gelu', 19],
    ['LayerNormalization', 16],
    ['Einsum', 11],
    ['Add', 10],
  ])('refuses %s at opset %i, which does not have it in this form', (op, opset) => {
    const graph = new Graph(opset);
    const value = graph.input('x', 'float32', [2, 2]);
    expect(() => graph.append({ op, inputs: [value, value] })).toThrow(/Graph/);
  });

  it('leaves sizes that depend on values unknown', () => {
    const graph = new Graph(20);
    const value = graph.input('x', 'float32', [2, 3]);
    expect(graph.info(graph.node('NonZero', [value])).dims).toEqual([2, 'unknown']);
    const shape = graph.input('shape', 'int64', [2]);
    const expanded = graph.node('Expand', [value, shape]);
    expect(graph.values.has(expanded)).toBe(false);
  });

  it.each<[string, number[][], Attributes]>([
    ['MatMul', [[2, 3], [4, 5]], {}], // prettier-ignore
    ['Add', [[2, 3], [4]], {}], // prettier-ignore
    ['Einsum', [[2, 3], [4, 5]], { equation: text('ij,jk->ik') }], // prettier-ignore
    ['Softmax', [], {}],
    ['Concat', [[2], [2]], axis(3)], // prettier-ignore
  ])('refuses a %s of operands that do not fit', (op, shapes, attributes) => {
    const graph = new Graph(20);
    const operands = shapes.map((dims, i) => graph.input(`x${i}`, 'float32', dims));
    expect(() => graph.append({ op, inputs: operands, attributes })).toThrow(/Graph/);
  });
});
