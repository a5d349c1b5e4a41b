import { RULES } from '../../../src/core/autodiff/rules/ruleTable.js';
import type { Attributes } from '../../../src/core/graph/node.js';
import { float, int, ints, text } from '../../../src/core/graph/node.js';
import type { KnownOp } from '../../../src/core/graph/ops.js';

/** An operand: trained by default, if it is of floats, and constant, if of integers. */
export type CaseInput =
  | {
      readonly dims: readonly number[];
      /** Range the values are drawn from. */
      readonly range?: readonly [number, number];
      /** The values themselves, where random ones could lie on a kink. */
      readonly values?: readonly number[];
      /** An operand that is not differentiated by: known to the rule, or only its shape. */
      readonly given?: 'constant' | 'fed';
    }
  | {
      readonly dims: readonly number[];
      readonly integers: readonly number[];
      readonly given?: 'constant' | 'fed';
    }
  | {
      readonly dims: readonly number[];
      readonly booleans: readonly number[];
      readonly given?: 'constant' | 'fed';
    }
  | {
      readonly dims: readonly number[];
      readonly integers: readonly [];
      readonly given?: 'constant';
      /** An optional input that is left out. */
      readonly absent: true;
    };

export interface GradientCase {
  readonly op: KnownOp;
  readonly name?: string;
  readonly opset: number;
  readonly inputs: readonly CaseInput[];
  readonly attrs?: Attributes;
  /** Number of outputs of the node. */
  readonly outputCount?: number;
  /** Whether all of them are differentiated, and not just the first. */
  readonly everyOutput?: boolean;
  /** Whether no index is repeated, so that ScatterND may be used. */
  readonly uniqueIndices?: boolean;
  /** Largest relative difference; the runner's own unless given. */
  readonly tolerance?: number;
}

type Body = Omit<GradientCase, 'opset'>;

const x = (...dims: number[]): CaseInput => ({ dims });
const positive = (...dims: number[]): CaseInput => ({ dims, range: [0.5, 2] });
const negative = (...dims: number[]): CaseInput => ({ dims, range: [-1.5, -0.3] });
const apart = (...dims: number[]): CaseInput => ({ dims, range: [0.3, 1.5] });
const values = (dims: readonly number[], ...numbers: number[]): CaseInput => ({
  dims,
  values: numbers,
});
const known = (...numbers: number[]): CaseInput => ({
  dims: numbers.length === 1 ? [] : [numbers.length],
  values: numbers,
  given: 'constant',
});
const integers = (...numbers: number[]): CaseInput => ({
  dims: [numbers.length],
  integers: numbers,
});
const scalar = (number: number): CaseInput => ({ dims: [], integers: [number] });
const shaped = (dims: readonly number[], ...numbers: number[]): CaseInput => ({
  dims,
  integers: numbers,
});
/** Integers that the rule cannot see. */
const fed = (dims: readonly number[], ...numbers: number[]): CaseInput => ({
  dims,
  integers: numbers,
  given: 'fed',
});
const absent: CaseInput = { dims: [], absent: true, integers: [] };

/** Numbers far enough from each other that no step makes another one the largest. */
const scattered = (...dims: number[]): CaseInput => {
  const n = dims.reduce((a, b) => a * b, 1);
  return { dims, values: Array.from({ length: n }, (_, i) => ((i * 7) % n) / 4 - n / 8) };
};

/** The same case at each of the opsets. */
const at = (opsets: readonly number[], body: Body): GradientCase[] =>
  [...new Set(opsets)].map((opset) => ({ ...body, opset }));

/** The same case at the first and the last opset that its rule declares. */
function everywhere(body: Body): GradientCase[] {
  const entry = RULES[body.op];
  return at(entry.kind === 'rule' ? entry.opsets : [], body);
}

/** The form that an operator has from one opset to another. */
function between(from: number, to: number | 'last', body: Body): GradientCase[] {
  const entry = RULES[body.op];
  const last = entry.kind === 'rule' ? entry.opsets[1] : from;
  return at([from, to === 'last' ? last : to], body);
}

const unary = (op: KnownOp, ...inputs: CaseInput[]): GradientCase[] =>
  inputs.flatMap((input) => everywhere({ op, inputs: [input] }));

const PATTERNS: readonly (readonly [string, number[], number[]])[] = [
  ['same shape', [2, 3], [2, 3]],
  ['scalars', [], []],
  ['row', [4, 2, 3], [3]],
  ['row first', [3], [4, 2, 3]],
  ['leading ones', [4, 2, 3], [1, 1, 3]],
  ['leading one of two', [4, 2, 3], [1, 2, 3]],
  ['column', [4, 3], [4, 1]],
  ['columns', [4, 2, 3], [4, 1, 1]],
  ['scalar', [2, 3], []],
  ['scalar first', [], [2, 3]],
  ['one number', [2, 3], [1, 1]],
  ['rank above size', [2, 3], [1, 1, 1]],
  ['both', [4, 1, 3], [2, 1]],
  ['middle', [2, 3, 4], [2, 1, 4]],
  ['all but the middle', [2, 3, 4], [1, 3, 1]],
  ['mask', [2, 3, 4, 5], [2, 1, 1, 5]],
];

/** Every broadcast pattern that a binary operator can meet. */
function broadcasts(
  op: KnownOp,
  makeA: (...dims: number[]) => CaseInput,
  makeB = makeA,
): GradientCase[] {
  return PATTERNS.flatMap(([name, a, b]) =>
    everywhere({ op, name, inputs: [makeA(...a), makeB(...b)] }),
  );
}

const axis = (value: number): Attributes => ({ axis: int(value) });

const elementwise: readonly GradientCase[] = [
  ...broadcasts('Add', x),
  ...broadcasts('Sub', x),
  ...broadcasts('Mul', x),
  ...broadcasts('Div', positive),
  ...broadcasts('Pow', positive),
  ...broadcasts('Max', apart, negative),
  ...broadcasts('Max', negative, apart),
  ...broadcasts('Min', apart, negative),
  ...broadcasts('Min', negative, apart),
  ...broadcasts('Sum', x),
  ...broadcasts('Mean', x),
  ...(['Sum', 'Mean'] as const).flatMap((op) => [
    ...everywhere({ op, name: 'three', inputs: [x(2, 3), x(3), x(2, 1)] }),
    ...everywhere({ op, name: 'one', inputs: [x(2, 3)] }),
  ]),
  ...(['Max', 'Min'] as const).flatMap((op) => [
    ...everywhere({
      op,
      name: 'each in turn',
      inputs: [values([4], 1, 2, 3, 0), values([1], 0.5), values([4], 0, 1, 4, 5)],
    }),
    ...everywhere({ op, name: 'with a constant', inputs: [scattered(2, 3), known(0.11)] }),
  ]),
  ...[2, 3, 1, 0.5, -0.5].flatMap((p) =>
    everywhere({ op: 'Pow', name: `to the ${p}`, inputs: [positive(2, 3), known(p)] }),
  ),
  ...everywhere({ op: 'Pow', name: 'square of any sign', inputs: [x(2, 3), known(2)] }),
  ...everywhere({ op: 'Pow', name: 'integer', inputs: [positive(2, 3), scalar(4)] }),
  ...everywhere({ op: 'Pow', name: 'integers', inputs: [positive(2, 3), fed([3], 1, 2, 3)] }),
  ...unary('Neg', x(2, 3)),
  ...unary('Abs', apart(2, 3), negative(2, 3)),
  ...unary('Exp', x(2, 3)),
  ...unary('Log', positive(2, 3)),
  ...unary('Sqrt', positive(2, 3)),
  ...unary('Reciprocal', positive(2, 3), negative(2, 3)),
  ...unary('Sin', { dims: [2, 3], range: [-3, 3] }),
  ...unary('Cos', { dims: [2, 3], range: [-3, 3] }),
  ...unary('Identity', x(2, 3)),
  ...everywhere({ op: 'Cast', inputs: [x(2, 3)], attrs: { to: int(1) } }),
  ...everywhere({ op: 'CastLike', inputs: [x(2, 3), { ...x(1), given: 'fed' }] }),
  ...[0, 1].flatMap((reverse) =>
    [0, 1].flatMap((exclusive) =>
      everywhere({
        op: 'CumSum',
        name: `reverse=${reverse} exclusive=${exclusive}`,
        inputs: [x(2, 4, 3), scalar(1)],
        attrs: { reverse: int(reverse), exclusive: int(exclusive) },
      }),
    ),
  ),
  ...everywhere({ op: 'Dropout', inputs: [x(2, 3)], outputCount: 2 }),
  ...everywhere({
    op: 'Dropout',
    name: 'all inputs',
    inputs: [x(2, 3), known(0.5), { dims: [], booleans: [0] }],
  }),
];

const activations: readonly GradientCase[] = [
  ...unary('Tanh', x(2, 3)),
  ...unary('Sigmoid', x(2, 3)),
  ...unary('Softplus', x(2, 3)),
  ...unary('Relu', apart(2, 3), negative(2, 3)),
  ...unary('LeakyRelu', apart(2, 3), negative(2, 3)),
  ...everywhere({ op: 'LeakyRelu', inputs: [negative(2, 3)], attrs: { alpha: float(0.3) } }),
  ...unary('Elu', apart(2, 3), negative(2, 3)),
  ...everywhere({ op: 'Elu', inputs: [negative(2, 3)], attrs: { alpha: float(0.7) } }),
  ...unary('HardSigmoid', x(2, 3), { dims: [3], range: [3, 4] }, { dims: [3], range: [-4, -3] }),
  ...everywhere({
    op: 'HardSigmoid',
    inputs: [x(2, 3)],
    attrs: { alpha: float(0.4), beta: float(0.45) },
  }),
  ...unary('HardSwish', x(2, 3), { dims: [3], range: [3.2, 4] }, { dims: [3], range: [-4, -3.2] }),
  ...unary('Mish', { dims: [2, 3], range: [-3, 3] }),
  ...unary('Erf', x(2, 3)),
  ...unary('Gelu', { dims: [4, 5], range: [-3, 3] }),
  ...everywhere({
    op: 'Gelu',
    name: 'tanh',
    inputs: [{ dims: [4, 5], range: [-3, 3] }],
    attrs: { approximate: text('tanh') },
  }),
  ...at([13, 20], {
    op: 'ErfGate',
    inputs: [{ dims: [4, 5], range: [-2, 2] }],
    outputCount: 2,
  }),
];

const condition = (dims: readonly number[], ...booleans: number[]): CaseInput => ({
  dims,
  booleans,
});

const selections: readonly GradientCase[] = [
  ...PATTERNS.flatMap(([name, a, b]) =>
    everywhere({ op: 'Where', name, inputs: [condition([1], 1), x(...a), x(...b)] }),
  ),
  ...everywhere({ op: 'Where', inputs: [condition([2, 1], 1, 0), x(2, 3), x(3)] }),
  ...everywhere({
    op: 'Where',
    name: 'condition larger than both',
    inputs: [condition([2, 2], 1, 0, 0, 1), x(2), x(1)],
  }),
  ...everywhere({
    op: 'Where',
    name: 'masked by a number',
    inputs: [{ ...condition([2, 1, 3], 1, 0, 1, 0, 0, 1), given: 'fed' }, x(2, 2, 3), known(-1e4)],
  }),
  ...everywhere({
    op: 'Clip',
    inputs: [values([5], -2, -0.5, 0, 0.5, 2), known(-1), known(1)],
  }),
  ...everywhere({ op: 'Clip', name: 'below', inputs: [scattered(2, 3), known(0.1)] }),
  ...everywhere({ op: 'Clip', name: 'above', inputs: [scattered(2, 3), absent, known(0.1)] }),
  ...everywhere({ op: 'Clip', name: 'unbounded', inputs: [x(2, 3)] }),
];

const linear: readonly GradientCase[] = [
  ...(
    [
      ['matrices', [2, 3], [3, 4]],
      ['batches', [2, 5, 3], [2, 3, 4]],
      ['heads', [2, 3, 5, 4], [2, 3, 4, 5]],
      ['batches by a matrix', [2, 5, 3], [3, 4]],
      ['heads by a matrix', [2, 4, 5, 3], [3, 4]],
      ['batches by a batch of one', [2, 5, 3], [1, 3, 4]],
      ['a matrix by a batch of one', [5, 3], [1, 3, 4]],
      ['a matrix by batches', [5, 3], [2, 3, 4]],
      ['a batch of one by batches', [1, 5, 3], [2, 3, 4]],
      ['broadcast on both sides', [2, 1, 5, 3], [4, 3, 2]],
      ['heads by one of each batch', [2, 4, 5, 3], [2, 1, 3, 2]],
      ['one of each batch by heads', [2, 1, 5, 3], [2, 4, 3, 2]],
      ['vectors', [3], [3]],
      ['a vector by a matrix', [3], [3, 4]],
      ['a matrix by a vector', [5, 3], [3]],
      ['batches by a vector', [2, 5, 3], [3]],
      ['a vector by batches', [3], [2, 3, 4]],
      ['a row', [1, 3], [3, 4]],
      ['a column', [5, 3], [3, 1]],
      ['an outer product', [4, 1], [1, 3]],
      ['batches of rows by columns', [2, 1, 3], [2, 3, 1]],
    ] as const
  ).flatMap(([name, a, b]) => everywhere({ op: 'MatMul', name, inputs: [x(...a), x(...b)] })),
  ...[0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      ([[4], [2, 4], [2, 1], [1, 4], [1], [], null] as const).flatMap((bias) =>
        everywhere({
          op: 'Gemm',
          name: `transA=${transA} transB=${transB} C=${bias ? `[${bias.join()}]` : 'none'}`,
          inputs: [
            transA ? x(3, 2) : x(2, 3),
            transB ? x(4, 3) : x(3, 4),
            ...(bias ? [x(...bias)] : []),
          ],
          attrs: {
            transA: int(transA),
            transB: int(transB),
            alpha: float(0.7),
            beta: float(1.3),
          },
        }),
      ),
    ),
  ),
  ...everywhere({ op: 'Gemm', name: 'no attributes', inputs: [x(2, 3), x(3, 4), x(4)] }),
  ...[0, 1].flatMap((transA) =>
    [0, 1].flatMap((transB) =>
      at([20], {
        op: 'FusedMatMul',
        name: `transA=${transA} transB=${transB}`,
        inputs: [transA ? x(2, 3, 5) : x(2, 5, 3), transB ? x(2, 4, 3) : x(2, 3, 4)],
        attrs: { transA: int(transA), transB: int(transB), alpha: float(0.5) },
      }),
    ),
  ),
  ...(
    [
      ['ij,jk->ik', [2, 3], [3, 4]],
      ['bhld,lrd->bhlr', [2, 2, 3, 4], [3, 5, 4]],
      ['bhrd,lrd->bhlr', [2, 2, 3, 4], [5, 3, 4]],
      ['bhid,bhjd->bhij', [2, 2, 3, 4], [2, 2, 5, 4]],
      ['bhij,bhjd->bhid', [2, 2, 3, 5], [2, 2, 5, 4]],
      ['bind,bjnd->bnij', [2, 3, 2, 4], [2, 5, 2, 4]],
      ['i,j->ij', [3], [4]],
      ['i,i->', [3], [3]],
      ['ij,ij->ij', [2, 3], [2, 3]],
      ['ij,k->i', [2, 3], [4]],
      ['ij,jk', [2, 3], [3, 4]],
      ['...ij,...jk->...ik', [2, 5, 3, 4], [2, 5, 4, 2]],
      ['...id,...jd->...ij', [2, 1, 3, 4], [2, 5, 2, 4]],
      ['...d,d->...', [2, 3, 4], [4]],
    ] as const
  ).flatMap(([equation, a, b]) =>
    everywhere({
      op: 'Einsum',
      name: equation,
      inputs: [x(...a), x(...b)],
      attrs: { equation: text(equation) },
    }),
  ),
  ...everywhere({
    op: 'Einsum',
    name: 'one operand',
    inputs: [x(2, 3, 4)],
    attrs: { equation: text('ijk->ki') },
  }),
  ...everywhere({
    op: 'Einsum',
    name: 'three operands',
    inputs: [x(2, 3), x(3, 4), x(4)],
    attrs: { equation: text('ij,jk,k->i') },
  }),
];

const convolutions: readonly GradientCase[] = (
  [
    ['one place', [2, 4, 6], [3, 4, 1], {}],
    ['one place, grouped', [2, 4, 6], [6, 2, 1], { group: int(2) }],
    ['line', [2, 3, 7], [4, 3, 3], { pads: ints([1, 1]) }],
    ['by channel', [2, 4, 9], [4, 1, 5], { group: int(4), pads: ints([2, 2]) }],
    ['uneven pads', [2, 3, 6], [2, 3, 3], { pads: ints([2, 0]) }],
    ['kernel larger than the input', [2, 4, 2], [6, 4, 3], { pads: ints([1, 1]) }],
    ['large kernel, grouped', [2, 4, 1], [8, 2, 3], { group: int(2), pads: ints([1, 1]) }],
    ['pads beyond the kernel', [2, 3, 4], [2, 3, 2], { pads: ints([2, 3]) }],
    ['no pads', [1, 3, 6], [2, 3, 3], {}],
    ['dilated', [2, 3, 9], [2, 3, 3], { dilations: ints([2]), pads: ints([2, 2]) }],
    ['strided', [2, 3, 9], [2, 3, 3], { strides: ints([2]) }],
    [
      'strides that leave a rest',
      [2, 3, 10],
      [2, 3, 3],
      { strides: ints([3]), pads: ints([0, 1]) },
    ],
    ['plane', [2, 3, 5, 6], [4, 3, 3, 2], { pads: ints([1, 0, 1, 1]) }],
    [
      'plane, everything',
      [2, 4, 7, 8],
      [6, 2, 3, 2],
      {
        group: int(2),
        pads: ints([1, 0, 1, 1]),
        strides: ints([2, 1]),
        dilations: ints([1, 2]),
      },
    ],
  ] as const
).flatMap(([name, input, kernel, attrs]) => [
  ...everywhere({ op: 'Conv', name, inputs: [x(...input), x(...kernel)], attrs }),
  ...everywhere({
    op: 'Conv',
    name: `${name}, bias`,
    inputs: [x(...input), x(...kernel), x(kernel[0])],
    attrs,
  }),
]);

const normalizations: readonly GradientCase[] = [
  ...(['Softmax', 'LogSoftmax'] as const).flatMap((op) => [
    ...[-1, 0, 1, 2].flatMap((value) =>
      everywhere({ op, name: `axis ${value}`, inputs: [x(2, 3, 4)], attrs: axis(value) }),
    ),
    ...everywhere({ op, name: 'axis left out', inputs: [x(2, 5)] }),
  ]),
  ...everywhere({
    op: 'LayerNormalization',
    inputs: [x(2, 3, 8), x(8), x(8)],
    attrs: { axis: int(-1), epsilon: float(1e-5) },
  }),
  ...everywhere({
    op: 'LayerNormalization',
    name: 'two axes',
    inputs: [x(4, 3, 5), x(3, 5), x(3, 5)],
    attrs: { axis: int(1), epsilon: float(1e-3) },
  }),
  ...everywhere({
    op: 'LayerNormalization',
    name: 'three outputs, no bias',
    inputs: [x(4, 8), x(8)],
    outputCount: 3,
  }),
];

/** With the first opset in which the axes are an input. */
const REDUCTIONS: readonly (readonly [KnownOp, number, (...dims: number[]) => CaseInput])[] = [
  ['ReduceSum', 13, x],
  ['ReduceMean', 18, x],
  ['ReduceSumSquare', 18, x],
  ['ReduceL1', 18, apart],
  ['ReduceL2', 18, x],
  ['ReduceLogSumExp', 18, x],
  ['ReduceMax', 18, scattered],
  ['ReduceMin', 18, scattered],
];
const AXES: readonly number[][] = [[-1], [0], [1], [0, 2], [1, 2], [0, 1], [-2, 0], [0, 1, 2]];

const reductions: readonly GradientCase[] = REDUCTIONS.flatMap(([op, from, make]) => [
  ...AXES.flatMap((axes) =>
    [0, 1].flatMap((keepdims) => [
      ...between(from, 'last', {
        op,
        name: `axes ${axes.join()} keepdims=${keepdims}`,
        inputs: [make(2, 3, 4), integers(...axes)],
        attrs: { keepdims: int(keepdims) },
      }),
      ...(from > 13
        ? between(13, from - 1, {
            op,
            name: `axes ${axes.join()} in an attribute, keepdims=${keepdims}`,
            inputs: [make(2, 3, 4)],
            attrs: { axes: ints(axes), keepdims: int(keepdims) },
          })
        : []),
    ]),
  ),
  ...everywhere({ op, name: 'all axes', inputs: [make(2, 3)], attrs: { keepdims: int(0) } }),
  ...between(from, 'last', {
    op,
    name: 'no axes',
    inputs: [apart(2, 3), integers()],
    attrs: { noop_with_empty_axes: int(1) },
  }),
]);

const layouts: readonly GradientCase[] = [
  ...everywhere({ op: 'Reshape', inputs: [x(2, 6), integers(3, 4)] }),
  ...everywhere({ op: 'Reshape', name: 'copied and left open', inputs: [x(2, 6), integers(0, -1, 3)] }), // prettier-ignore
  ...everywhere({ op: 'Reshape', name: 'to a scalar', inputs: [x(1, 1), integers()] }),
  ...between(14, 'last', {
    op: 'Reshape',
    name: 'allowzero',
    inputs: [x(2, 6), integers(3, 4)],
    attrs: { allowzero: int(1) },
  }),
  ...everywhere({ op: 'Unsqueeze', inputs: [x(2, 3), integers(0, 2)] }),
  ...everywhere({ op: 'Unsqueeze', name: 'from the back', inputs: [x(2, 3), integers(-1)] }),
  ...everywhere({ op: 'Squeeze', inputs: [x(2, 1, 3), integers(1)] }),
  ...everywhere({ op: 'Squeeze', name: 'whatever is 1', inputs: [x(1, 2, 1, 3)] }),
  ...everywhere({ op: 'Flatten', inputs: [x(2, 3, 4)], attrs: axis(2) }),
  ...everywhere({ op: 'Flatten', name: 'axis 0', inputs: [x(2, 3, 4)], attrs: axis(0) }),
  ...everywhere({ op: 'Transpose', inputs: [x(2, 3, 4)], attrs: { perm: ints([2, 0, 1]) } }),
  ...everywhere({ op: 'Transpose', name: 'reversed', inputs: [x(2, 3)] }),
  ...everywhere({ op: 'Transpose', name: 'left as it is', inputs: [x(2, 3)], attrs: { perm: ints([0, 1]) } }), // prettier-ignore
  ...everywhere({ op: 'Concat', inputs: [x(2, 3), x(2, 1), x(2, 2)], attrs: axis(1) }),
  ...everywhere({ op: 'Concat', name: 'from the back', inputs: [x(2, 3), x(1, 3)], attrs: axis(-2) }), // prettier-ignore
  ...everywhere({ op: 'Concat', name: 'one', inputs: [x(2, 3)], attrs: axis(0) }),
  ...[false, true].flatMap((everyOutput) => [
    ...everywhere({
      op: 'Split',
      name: everyOutput ? 'every part' : 'one part',
      inputs: [x(2, 6), integers(2, 4)],
      attrs: axis(1),
      outputCount: 2,
      everyOutput,
    }),
    ...between(13, 17, {
      op: 'Split',
      name: `equal parts, ${everyOutput ? 'all' : 'one'}`,
      inputs: [x(6, 2)],
      outputCount: 3,
      everyOutput,
    }),
    ...between(18, 'last', {
      op: 'Split',
      name: `a number of parts, ${everyOutput ? 'all' : 'one'}`,
      inputs: [x(2, 7)],
      attrs: { axis: int(-1), num_outputs: int(3) },
      outputCount: 3,
      everyOutput,
    }),
  ]),
  ...(
    [
      ['new axes and old', [3, 1], [2, 3, 4]],
      ['leading', [3], [2, 3]],
      ['nothing', [2, 3], [2, 3]],
      ['a smaller target', [2, 3], [1]],
      ['in the middle', [2, 1, 3], [2, 4, 3]],
    ] as const
  ).flatMap(([name, from, to]) =>
    everywhere({ op: 'Expand', name, inputs: [x(...from), integers(...to)] }),
  ),
  ...everywhere({ op: 'Tile', inputs: [x(2, 3), integers(2, 3)] }),
  ...everywhere({ op: 'Tile', name: 'one axis', inputs: [x(2, 3, 2), integers(1, 2, 1)] }),
  ...everywhere({ op: 'Pad', inputs: [x(2, 3), integers(0, 1, 2, 0)] }),
  ...everywhere({ op: 'Pad', name: 'by a number', inputs: [x(2, 3), integers(1, 0, 0, 1), known(3)] }), // prettier-ignore
  ...everywhere({ op: 'Pad', name: 'cut off', inputs: [x(3, 4), integers(-1, 1, 0, -2)] }),
  ...between(18, 'last', {
    op: 'Pad',
    name: 'axes',
    inputs: [x(2, 3), integers(1, 2), absent, integers(-1)],
  }),
  ...(
    [
      ['rows', [[1], [3]]],
      ['from the back', [[-2], [99], [-1]]],
      ['a shift', [[1], [9999], [1]]],
      [
        'two axes',
        [
          [1, 0],
          [3, -1],
          [0, 1],
        ],
      ],
      ['steps', [[0], [5], [1], [2]]],
      [
        'steps on two axes',
        [
          [3, 1],
          [0, 5],
          [0, 1],
          [-1, 3],
        ],
      ],
      ['every second', [[0], [99], [0], [2]]],
      ['every other second', [[1], [99], [0], [2]]],
      ['backwards', [[-1], [-99], [1], [-1]]],
      ['backwards by two', [[4], [-99], [1], [-2]]],
      ['everything', [[0], [99], [1], [1]]],
    ] as const
  ).flatMap(([name, bounds]) =>
    everywhere({
      op: 'Slice',
      name,
      inputs: [x(4, 5), ...bounds.map((numbers) => integers(...numbers))],
    }),
  ),
  ...[0, 1].flatMap((upper) =>
    everywhere({
      op: 'Trilu',
      name: `upper=${upper}`,
      inputs: [x(2, 4, 4), scalar(1)],
      attrs: { upper: int(upper) },
    }),
  ),
  ...everywhere({ op: 'Trilu', name: 'no diagonal given', inputs: [x(3, 4)] }),
];

/** Gathers by indices that the rule sees, and by the same ones when it does not. */
const gathers: readonly GradientCase[] = (
  [
    ['repeated', [5, 3], [4], [1, 4, 1, 0], 0],
    ['matrix of indices', [5, 3], [2, 2], [1, 4, 1, 0], 0],
    ['one row', [5, 3], [], [2], 0],
    ['in a row', [5, 3], [3], [1, 2, 3], 0],
    ['each once', [5, 3], [4], [3, 0, 4, 1], 0],
    ['from the back', [5, 3], [3], [-1, 0, -5], 0],
    ['first token', [2, 5, 3], [], [0], 1],
    ['last token', [2, 5, 3], [], [-1], 1],
    ['columns', [2, 3, 5], [2, 2], [1, 4, 1, 0], -1],
    ['windows', [2, 5, 3], [3, 3], [0, 1, 2, 1, 2, 3, 2, 3, 4], 1],
    ['one place far more than others', [2, 6, 3], [8], [5, 5, 5, 5, 5, 5, 5, 0], 1],
  ] as const
).flatMap(([name, dims, shape, indices, along]) =>
  [shaped(shape, ...indices), fed(shape, ...indices)].flatMap((index, i) =>
    everywhere({
      op: 'Gather',
      name: `${name}, ${i === 0 ? 'constant' : 'computed'}`,
      inputs: [x(...dims), index],
      attrs: axis(along),
    }),
  ),
);

const indexings: readonly GradientCase[] = [
  ...gathers,
  ...everywhere({
    op: 'Gather',
    name: 'unique',
    inputs: [x(5, 3), fed([3], 1, 4, 0)],
    uniqueIndices: true,
  }),
  ...[shaped, fed].flatMap((make, i) => {
    const kind = i === 0 ? 'constant' : 'computed';
    return [
      ...everywhere({
        op: 'GatherElements',
        name: `last axis, ${kind}`,
        inputs: [x(2, 5), make([2, 4], 0, 4, 4, 1, 2, 2, 2, -1)],
        attrs: axis(-1),
      }),
      ...everywhere({
        op: 'GatherElements',
        name: `first axis, ${kind}`,
        inputs: [x(4, 3), make([2, 3], 0, 3, 3, 0, 2, 1)],
        attrs: axis(0),
      }),
      ...everywhere({
        op: 'GatherND',
        name: `elements, ${kind}`,
        inputs: [x(3, 4), make([4, 2], 0, 1, 2, 3, 0, 1, -1, -2)],
      }),
      ...everywhere({
        op: 'GatherND',
        name: `rows, ${kind}`,
        inputs: [x(3, 4, 2), make([2, 2, 2], 0, 1, 2, 3, 2, 0, 1, 1)],
      }),
      ...everywhere({
        op: 'GatherND',
        name: `batches, ${kind}`,
        inputs: [x(2, 4, 3), make([2, 3, 1], 0, 3, 3, 1, 2, 0)],
        attrs: { batch_dims: int(1) },
      }),
      ...everywhere({
        op: 'ScatterElements',
        name: `replacing, ${kind}`,
        inputs: [x(2, 5), make([2, 2], 0, 4, 3, 1), x(2, 2)],
        attrs: axis(1),
      }),
      ...everywhere({
        op: 'ScatterElements',
        name: `adding, ${kind}`,
        inputs: [x(4, 3), make([2, 3], 0, 3, 3, 0, 2, 1), x(2, 3)],
        attrs: { axis: int(0), reduction: text('add') },
      }),
      ...everywhere({
        op: 'ScatterND',
        name: `rows, ${kind}`,
        inputs: [x(5, 3), make([2, 1], 4, 1), x(2, 3)],
      }),
      ...everywhere({
        op: 'ScatterND',
        name: `elements, ${kind}`,
        inputs: [x(3, 4), make([2, 2], 0, 1, 2, 3), x(2)],
      }),
    ];
  }),
];

const losses: readonly GradientCase[] = [
  ...at([20], {
    op: 'MaskedCrossEntropy',
    inputs: [x(4, 6), shaped([4, 1], 1, 5, 0, 1), { dims: [4, 1], range: [0.1, 1], given: 'fed' }],
    outputCount: 3,
  }),
  ...at([20], {
    op: 'DecodedCrossEntropy',
    inputs: [
      x(4, 3),
      shaped([4, 1], 1, 5, 0, 1),
      { dims: [4, 1], range: [0.1, 1], given: 'fed' },
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

export const GRADIENT_CASES: readonly GradientCase[] = [
  ...elementwise,
  ...activations,
  ...selections,
  ...linear,
  ...convolutions,
  ...normalizations,
  ...reductions,
  ...layouts,
  ...indexings,
  ...losses,
];
