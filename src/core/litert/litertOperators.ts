/** Type of a field in the options of an operator. */
export type OptionKind = 'int8' | 'int32' | 'bool' | 'float32';

interface Builtin {
  /** Number of the operator in TFLite's schema. */
  readonly code: number;
  /** Number of the table of its options in the schema; absent for operators without options. */
  readonly table?: number;
  /** Fields of that table, from the first. */
  readonly fields?: readonly OptionKind[];
}

/** A table of which only the first field, the fused activation, exists or matters. */
const activation = (code: number, table: number): Builtin => ({ code, table, fields: ['int8'] });
const reducer = (code: number): Builtin => ({ code, table: 27, fields: ['bool'] });

/** Built-in operators of TFLite's schema, version 3c, that encoders are made of. */
export const LITERT_OPS = {
  ABS: { code: 101 },
  ADD: activation(0, 11),
  BATCH_MATMUL: { code: 126, table: 101, fields: ['bool', 'bool', 'bool'] },
  BROADCAST_TO: { code: 130 },
  /** Types before and after. */
  CAST: { code: 53, table: 37, fields: ['int8', 'int8'] },
  /** Axis, activation. */
  CONCATENATION: { code: 2, table: 10, fields: ['int32', 'int8'] },
  /** Padding, strides (width, height), activation, dilations (width, height). */
  CONV_2D: { code: 3, table: 1, fields: ['int8', 'int32', 'int32', 'int8', 'int32', 'int32'] },
  COS: { code: 108 },
  /** Exclusive, reverse. */
  CUMSUM: { code: 128, table: 102, fields: ['bool', 'bool'] },
  /** Padding, strides, depth multiplier, activation, dilations. */
  DEPTHWISE_CONV_2D: {
    code: 4,
    table: 2,
    fields: ['int8', 'int32', 'int32', 'int32', 'int8', 'int32', 'int32'],
  },
  DIV: activation(42, 29),
  ELU: { code: 111 },
  EQUAL: { code: 71 },
  EXP: { code: 47 },
  FLOOR: { code: 8 },
  /** Activation, format of the weights, whether dims are kept, asymmetric inputs. */
  FULLY_CONNECTED: { code: 9, table: 8, fields: ['int8', 'int8', 'bool', 'bool'] },
  /** Axis, batch dims. */
  GATHER: { code: 36, table: 23, fields: ['int32', 'int32'] },
  /** Whether it is approximated with tanh. */
  GELU: { code: 150, table: 116, fields: ['bool'] },
  GREATER: { code: 61 },
  GREATER_EQUAL: { code: 62 },
  HARD_SWISH: { code: 117 },
  LEAKY_RELU: { code: 98, table: 75, fields: ['float32'] },
  LESS: { code: 58 },
  LESS_EQUAL: { code: 63 },
  LOG: { code: 73 },
  LOGICAL_AND: { code: 86 },
  LOGICAL_NOT: { code: 87 },
  LOGICAL_OR: { code: 84 },
  LOGISTIC: { code: 14 },
  LOG_SOFTMAX: { code: 50 },
  MAXIMUM: { code: 55 },
  MEAN: reducer(40),
  MINIMUM: { code: 57 },
  MUL: activation(18, 21),
  NEG: { code: 59 },
  PAD: { code: 34 },
  POW: { code: 78 },
  REDUCE_MAX: reducer(82),
  REDUCE_MIN: reducer(89),
  RELU: { code: 19 },
  RESHAPE: { code: 22 },
  RSQRT: { code: 76 },
  SELECT_V2: { code: 123 },
  SIGN: { code: 158 },
  SIN: { code: 66 },
  SLICE: { code: 65 },
  /** Factor of the scores. */
  SOFTMAX: { code: 25, table: 9, fields: ['float32'] },
  SQRT: { code: 75 },
  SQUARED_DIFFERENCE: { code: 99 },
  STRIDED_SLICE: { code: 45, table: 32, fields: ['int32', 'int32', 'int32', 'int32', 'int32'] },
  SUB: activation(41, 28),
  SUM: reducer(74),
  TANH: { code: 28 },
  TILE: { code: 69 },
  TRANSPOSE: { code: 39 },
} as const satisfies Readonly<Record<string, Builtin>>;

export type LitertOp = keyof typeof LITERT_OPS;

/** Description of an operator, with optional fields. */
export function builtinOf(op: LitertOp): Builtin {
  return LITERT_OPS[op];
}

/** Numbers of types in the schema. */
export const LITERT_TYPES = { float32: 0, int32: 2, bool: 6, int8: 9 } as const;
