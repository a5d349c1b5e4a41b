import type { Attribute } from './node.js';

/** Type of an attribute; with `?`, an optional one. */
type AttributeKind = Attribute['kind'] | `${Attribute['kind']}?`;
type OpTable = Readonly<Record<string, Readonly<Record<string, AttributeKind>>>>;

const none = {} as const;
const axis = { axis: 'int?' } as const;
const alpha = { alpha: 'float?' } as const;
const chosenAlong = { ...axis, keepdims: 'int?', select_last_index: 'int?' } as const;
/** `axes` became an input in opset 13 or 18. */
const reduction = { axes: 'ints?', keepdims: 'int?', noop_with_empty_axes: 'int?' } as const;
const window = {
  auto_pad: 'string?',
  dilations: 'ints?',
  group: 'int?',
  kernel_shape: 'ints?',
  pads: 'ints?',
  strides: 'ints?',
} as const;

/** Standard operators in graphs, with their attributes in opsets 11 to 23. */
export const STANDARD_OPS = {
  Add: none,
  Sub: none,
  Mul: none,
  Div: none,
  Mod: { fmod: 'int?' },
  Pow: none,
  Max: none,
  Min: none,
  Sum: none,
  Mean: none,
  And: none,
  Or: none,
  Xor: none,
  BitwiseAnd: none,
  BitwiseOr: none,
  BitwiseXor: none,
  Equal: none,
  Greater: none,
  GreaterOrEqual: none,
  Less: none,
  LessOrEqual: none,
  Where: none,

  Abs: none,
  BitwiseNot: none,
  Ceil: none,
  Clip: none,
  Cos: none,
  CumSum: { exclusive: 'int?', reverse: 'int?' },
  Elu: alpha,
  Erf: none,
  Exp: none,
  Floor: none,
  Gelu: { approximate: 'string?' },
  HardSigmoid: { ...alpha, beta: 'float?' },
  HardSwish: none,
  Identity: none,
  IsInf: { detect_negative: 'int?', detect_positive: 'int?' },
  IsNaN: none,
  LeakyRelu: alpha,
  Log: none,
  LogSoftmax: axis,
  Mish: none,
  Neg: none,
  Not: none,
  Reciprocal: none,
  Relu: none,
  Round: none,
  ScatterElements: { ...axis, reduction: 'string?' },
  ScatterND: { reduction: 'string?' },
  Sigmoid: none,
  Sign: none,
  Sin: none,
  Softmax: axis,
  Softplus: none,
  Sqrt: none,
  Tanh: none,
  Trilu: { upper: 'int?' },
  Cast: { to: 'int', saturate: 'int?' },
  CastLike: { saturate: 'int?' },
  /** `ratio` became an input in opset 12. */
  Dropout: { seed: 'int?', ratio: 'float?' },
  LayerNormalization: { ...axis, epsilon: 'float?', stash_type: 'int?' },

  ArgMax: chosenAlong,
  ArgMin: chosenAlong,
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSumExp: reduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceSum: reduction,
  ReduceSumSquare: reduction,
  TopK: { ...axis, largest: 'int?', sorted: 'int?' },

  Concat: { axis: 'int' },
  Expand: none,
  Flatten: axis,
  Reshape: { allowzero: 'int?' },
  /** `split` became an input in opset 13. */
  Split: { ...axis, num_outputs: 'int?', split: 'ints?' },
  /** `axes` became an input in opset 13. */
  Squeeze: { axes: 'ints?' },
  Tile: none,
  Transpose: { perm: 'ints?' },
  /** `axes` became an input in opset 13. */
  Unsqueeze: { axes: 'ints?' },

  DequantizeLinear: { ...axis, block_size: 'int?', output_dtype: 'int?' },
  DynamicQuantizeLinear: none,
  MatMulInteger: none,

  Gather: axis,
  GatherElements: axis,
  GatherND: { batch_dims: 'int?' },
  OneHot: axis,
  Pad: { mode: 'string?' },
  Slice: none,

  Conv: window,
  ConvTranspose: { ...window, output_padding: 'ints?', output_shape: 'ints?' },
  Einsum: { equation: 'string' },
  Gemm: { ...alpha, beta: 'float?', transA: 'int?', transB: 'int?' },
  MatMul: none,

  ConstantOfShape: { value: 'tensor?' },
  NonZero: none,
  Range: none,
  Shape: { start: 'int?', end: 'int?' },
  Size: none,
} as const satisfies OpTable;

/** Operators of ONNX Runtime, used where they are faster. */
export const MICROSOFT_OPS = {
  FusedMatMul: {
    ...alpha,
    transA: 'int?',
    transB: 'int?',
    transBatchA: 'int?',
    transBatchB: 'int?',
  },
  MultiHeadAttention: { num_heads: 'int', scale: 'float?' },
  RotaryEmbedding: { num_heads: 'int' },
} as const satisfies OpTable;

/** Masklab's operators, replaced by standard ones before a graph runs. */
export const MASKLAB_OPS = {
  DecodedCrossEntropy: none,
  ErfGate: none,
  MaskedCrossEntropy: none,
} as const satisfies OpTable;

/** Operators with subgraphs, read from a file but never added to a graph. */
export const CONTROL_FLOW_OPS = {
  If: { then_branch: 'graph', else_branch: 'graph' },
  Loop: { body: 'graph' },
  Scan: { body: 'graph', num_scan_inputs: 'int' },
} as const satisfies OpTable;

/** Operators that an import replaces by others. */
export const REPLACED_OPS = {
  Constant: {
    value: 'tensor?',
    value_float: 'float?',
    value_floats: 'floats?',
    value_int: 'int?',
    value_ints: 'ints?',
  },
  ReduceLogSum: reduction,
} as const satisfies OpTable;

const KNOWN_OPS = { ...STANDARD_OPS, ...MICROSOFT_OPS, ...MASKLAB_OPS } as const;

type Known = typeof KNOWN_OPS;
type FromFiles = typeof CONTROL_FLOW_OPS & typeof REPLACED_OPS;

/**
 * An operator that can be added to a graph: it has shape inference, and a gradient rule or a
 * refusal.
 */
export type KnownOp = keyof Known;
export type StandardOp = keyof typeof STANDARD_OPS;
export type ControlFlowOp = keyof typeof CONTROL_FLOW_OPS;

type AttributeOfKind<K extends AttributeKind> = K extends `${infer Kind}?`
  ? Extract<Attribute, { kind: Kind }>
  : Extract<Attribute, { kind: K }>;

type NamesWhere<Row, Kind> = {
  [Name in keyof Row]: Row[Name] extends Kind ? Name : never;
}[keyof Row];

/** Names of all attributes, or of those of one type. */
export type AttributeName<Kind extends Attribute['kind'] = Attribute['kind']> = {
  [Op in keyof (Known & FromFiles)]: NamesWhere<(Known & FromFiles)[Op], Kind | `${Kind}?`>;
}[keyof (Known & FromFiles)];

type Own<Row> = {
  readonly [Name in NamesWhere<Row, Attribute['kind']>]: AttributeOfKind<Row[Name] & AttributeKind>;
} & {
  readonly [Name in Exclude<keyof Row, NamesWhere<Row, Attribute['kind']>>]?: AttributeOfKind<
    Row[Name] & AttributeKind
  >;
};

/** The attributes of an operator. */
export type AttributesOf<Op extends KnownOp> = Op extends KnownOp ? Own<Known[Op]> : never;

/** Domain of ONNX Runtime's operators. */
export const MICROSOFT = 'com.microsoft';
const MASKLAB = 'masklab';

/** Domain of a known operator; '' for the standard ones. */
export function domainOf(op: KnownOp): string {
  if (Object.hasOwn(MICROSOFT_OPS, op)) return MICROSOFT;
  return Object.hasOwn(MASKLAB_OPS, op) ? MASKLAB : '';
}

/** Whether an operator read from a file can be added to a graph, regardless of its domain. */
export function isKnownOp(op: string, domain: string): op is KnownOp {
  return Object.hasOwn(KNOWN_OPS, op) && domainOf(op as KnownOp) === domain;
}
