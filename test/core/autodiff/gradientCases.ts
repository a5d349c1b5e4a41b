import type { Attributes } from '../../../src/core/graph/graph.js';
import { float, int, ints, MICROSOFT, text } from '../../../src/core/graph/graph.js';
import type { KnownOp } from '../../../src/core/autodiff/rules/table.js';

/** An operand: trained values by default; integers and truth values are constants. */
export type CaseInput =
  | {
      readonly dims: readonly number[];
      /** Range the values are drawn from. */
      readonly range?: readonly [number, number];
      /** False for an operand that the rule does not differentiate by. */
      readonly trained?: boolean;
    }
  | { readonly dims: readonly number[]; readonly integers: readonly number[] }
  | { readonly dims: readonly number[]; readonly booleans: readonly number[] };

export interface GradientCase {
  readonly op: KnownOp;
  readonly name?: string;
  readonly opset: number;
  readonly domain?: string;
  readonly inputs: readonly CaseInput[];
  readonly attrs?: Attributes;
  /** How many outputs the node has. Only the first is differentiated. */
  readonly outputCount?: number;
  /** Whether repeated indices occur, so that ScatterND may not be used. */
  readonly uniqueIndices?: boolean;
  /** Largest relative difference; the runner's own unless given. */
  readonly tolerance?: number;
}

const x = (...dims: number[]): CaseInput => ({ dims });
const positive = (...dims: number[]): CaseInput => ({ dims, range: [0.5, 2] });
const apart = (...dims: number[]): CaseInput => ({ dims, range: [0.3, 1.5] });
const constant = (...dims: number[]): CaseInput => ({ dims, trained: false });
const integers = (...values: number[]): CaseInput => ({
  dims: [values.length],
  integers: values,
});

/** The same case at the first and the last opset that its rule declares. */
function at(opsets: readonly number[], body: Omit<GradientCase, 'opset'>): GradientCase[] {
  return opsets.map((opset) => ({ ...body, opset }));
}

const unary = (op: KnownOp, input: CaseInput, opsets: readonly number[]): GradientCase[] =>
  at(opsets, { op, inputs: [input] });

/** Every broadcast pattern that a binary operator can meet. */
function broadcasts(op: KnownOp, make: (...dims: number[]) => CaseInput): GradientCase[] {
  const patterns: readonly (readonly [string, number[], number[]])[] = [
    ['same shape', [2, 3], [2, 3]],
    ['row', [4, 2, 3], [3]],
    ['leading ones', [4, 2, 3], [1, 1, 3]],
    ['column', [4, 3], [4, 1]],
    ['scalar', [2, 3], []],
    ['scalar first', [], [2, 3]],
    ['both', [4, 1, 3], [2, 1]],
    ['middle', [2, 3, 4], [2, 1, 4]],
  ];
  return patterns.flatMap(([name, a, b]) =>
    at([13, 20], { op, name, inputs: [make(...a), make(...b)] }),
  );
}

const axis = (value: number): Attributes => ({ axis: int(value) });

export const GRADIENT_CASES: readonly GradientCase[] = [
  ...broadcasts('Add', x),
  ...broadcasts('Sub', x),
  ...broadcasts('Mul', x),
  ...broadcasts('Div', positive),
  ...at([13, 20], { op: 'Pow', inputs: [positive(2, 3), constant()] }),
  ...unary('Neg', x(2, 3), [13, 20]),
  ...unary('Exp', x(2, 3), [13, 20]),
  ...unary('Log', positive(2, 3), [13, 20]),
  ...unary('Sqrt', positive(2, 3), [13, 20]),
  ...unary('Reciprocal', positive(2, 3), [13, 20]),
  ...unary('Tanh', x(2, 3), [13, 20]),
  ...unary('Sigmoid', x(2, 3), [13, 20]),
  ...unary('Relu', apart(2, 3), [13, 20]),
  ...unary('Relu', { dims: [2, 3], range: [-1.5, -0.3] }, [14]),
  ...unary('Erf', x(2, 3), [13, 20]),
  ...unary('Identity', x(2, 3), [13, 20]),
  ...unary('Gelu', { dims: [4, 5], range: [-3, 3] }, [20]),
  ...at([20], {
    op: 'Gelu',
    name: 'tanh',
    inputs: [{ dims: [4, 5], range: [-3, 3] }],
    attrs: { approximate: text('tanh') },
  }),
  ...at([20], {
    op: 'ErfGate',
    domain: 'masklab',
    inputs: [{ dims: [4, 5], range: [-2, 2] }],
    outputCount: 2,
  }),
  ...at([13, 20], {
    op: 'Where',
    inputs: [{ dims: [2, 1], booleans: [1, 0] }, x(2, 3), x(3)],
  }),

  ...at([13, 20], { op: 'MatMul', name: 'matrices', inputs: [x(2, 3), x(3, 4)] }),
  ...at([13, 20], { op: 'MatMul', name: 'batches', inputs: [x(2, 5, 3), x(2, 3, 4)] }),
  ...at([13, 20], { op: 'MatMul', name: 'batches by a matrix', inputs: [x(2, 5, 3), x(3, 4)] }),
  ...at([13, 20], { op: 'MatMul', name: 'a matrix by batches', inputs: [x(5, 3), x(2, 3, 4)] }),
  ...at([13], { op: 'MatMul', name: 'broadcast', inputs: [x(2, 1, 5, 3), x(2, 3, 4)] }),
  ...[0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      at([13, 20], {
        op: 'Gemm',
        name: `transA=${transA} transB=${transB}`,
        inputs: [transA ? x(3, 2) : x(2, 3), transB ? x(4, 3) : x(3, 4), x(4)],
        attrs: {
          transA: int(transA),
          transB: int(transB),
          alpha: float(0.7),
          beta: float(1.3),
        },
      }),
    ),
  ),
  ...at([13], { op: 'Gemm', name: 'no bias', inputs: [x(2, 3), x(3, 4)] }),
  ...at([13], { op: 'Gemm', name: 'full bias', inputs: [x(2, 3), x(3, 4), x(2, 4)] }),
  ...at([13], { op: 'Gemm', name: 'column bias', inputs: [x(2, 3), x(3, 4), x(2, 1)] }),
  ...[0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      at([20], {
        op: 'FusedMatMul',
        name: `transA=${transA} transB=${transB}`,
        domain: MICROSOFT,
        inputs: [transA ? x(2, 3, 5) : x(2, 5, 3), transB ? x(2, 4, 3) : x(2, 3, 4)],
        attrs: { transA: int(transA), transB: int(transB), alpha: float(0.5) },
      }),
    ),
  ),

  ...at([13, 20], { op: 'Softmax', inputs: [x(2, 3, 4)], attrs: axis(-1) }),
  ...at([13, 20], { op: 'LogSoftmax', inputs: [x(2, 5)], attrs: axis(1) }),
  ...at([17, 20], {
    op: 'LayerNormalization',
    inputs: [x(2, 3, 8), x(8), x(8)],
    attrs: { axis: int(-1), epsilon: float(1e-5) },
    outputCount: 1,
  }),
  ...at([17], { op: 'LayerNormalization', name: 'no bias', inputs: [x(4, 8), x(8)] }),

  ...at([13, 20], { op: 'Reshape', inputs: [x(2, 6), integers(3, 4)] }),
  ...at([13, 20], { op: 'Unsqueeze', inputs: [x(2, 3), integers(0, 2)] }),
  ...at([11], { op: 'Unsqueeze', inputs: [x(2, 3)], attrs: { axes: ints([1]) } }),
  ...at([13, 20], { op: 'Squeeze', inputs: [x(2, 1, 3), integers(1)] }),
  ...at([13, 20], {
    op: 'Transpose',
    inputs: [x(2, 3, 4)],
    attrs: { perm: ints([2, 0, 1]) },
  }),
  ...at([13], { op: 'Transpose', name: 'reversed', inputs: [x(2, 3)] }),
  ...at([13, 20], { op: 'Gather', name: 'repeated', inputs: [x(5, 3), integers(1, 4, 1, 0)] }),
  ...at([13, 20], {
    op: 'Gather',
    name: 'unique',
    inputs: [x(5, 3), integers(1, 4, 0)],
    uniqueIndices: true,
  }),
  ...at([13], {
    op: 'Gather',
    name: 'matrix of indices',
    inputs: [x(5, 3), { dims: [2, 2], integers: [1, 4, 1, 0] }],
  }),
  ...at([13, 20], { op: 'Concat', inputs: [x(2, 3), x(2, 1), x(2, 2)], attrs: axis(1) }),
  ...at([13, 20], {
    op: 'Split',
    inputs: [x(2, 6), integers(2, 4)],
    attrs: axis(1),
    outputCount: 2,
  }),
  ...at([13, 20], { op: 'Expand', inputs: [x(3, 1), integers(2, 3, 4)] }),
  ...at([13, 20], { op: 'ReduceSum', inputs: [x(2, 3, 4), integers(1)] }),
  ...at([13], {
    op: 'ReduceSum',
    name: 'dropped axes',
    inputs: [x(2, 3, 4), integers(0, 2)],
    attrs: { keepdims: int(0) },
  }),
  ...at([13], { op: 'ReduceMean', inputs: [x(2, 3, 4)], attrs: { axes: ints([-1]) } }),
  ...at([20], { op: 'ReduceMean', inputs: [x(2, 3, 4), integers(-1)] }),
  ...at([20], {
    op: 'MaskedCrossEntropy',
    domain: 'masklab',
    inputs: [
      x(4, 6),
      { dims: [4, 1], integers: [1, 5, 0, 1] },
      { dims: [4, 1], range: [0.1, 1], trained: false },
    ],
    outputCount: 3,
  }),
  ...at([20], {
    op: 'DecodedCrossEntropy',
    domain: 'masklab',
    inputs: [
      x(4, 3),
      { dims: [4, 1], integers: [1, 5, 0, 1] },
      { dims: [4, 1], range: [0.1, 1], trained: false },
      // The whole decoder and bias, then both in slices of 4 and 2 rows.
      x(6, 3),
      x(6),
      x(4, 3),
      x(4),
      x(2, 3),
      x(2),
    ],
    outputCount: 5,
  }),
];
