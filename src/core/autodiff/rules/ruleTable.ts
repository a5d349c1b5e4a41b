import type { ControlFlowOp, KnownOp } from '../../graph/ops.js';
import type { RuleEntry } from '../rule.js';
import * as activation from './activation.js';
import * as contraction from './contraction.js';
import * as convolution from './convolution.js';
import * as elementwise from './elementwise.js';
import * as indexing from './indexing.js';
import * as layout from './layout.js';
import * as loss from './loss.js';
import * as matrix from './matrix.js';
import * as normalization from './normalization.js';
import * as reduction from './reduction.js';
import * as selection from './selection.js';

const zero: RuleEntry = { kind: 'zero' };
const refuse = (reason: string): RuleEntry => ({ kind: 'refuse', reason });
const controlFlow = refuse('control flow is not differentiated');
const unused = refuse('no encoder needs it');

/** Every op of a graph; an op without an entry does not compile. */
export const RULES = {
  ...activation,
  ...contraction,
  ...convolution,
  ...elementwise,
  ...indexing,
  ...layout,
  ...loss,
  ...matrix,
  ...normalization,
  ...reduction,
  ...selection,

  // Integers and truth values
  And: zero,
  ArgMax: zero,
  ArgMin: zero,
  BitwiseAnd: zero,
  BitwiseNot: zero,
  BitwiseOr: zero,
  BitwiseXor: zero,
  Equal: zero,
  Greater: zero,
  GreaterOrEqual: zero,
  IsInf: zero,
  IsNaN: zero,
  Less: zero,
  LessOrEqual: zero,
  NonZero: zero,
  Not: zero,
  Or: zero,
  Xor: zero,
  // Computed only from sizes or indices
  ConstantOfShape: zero,
  OneHot: zero,
  Range: zero,
  Shape: zero,
  Size: zero,
  // Constant almost everywhere
  Ceil: zero,
  Floor: zero,
  Round: zero,
  Sign: zero,

  DequantizeLinear: refuse('of weights that are stored as integers; training starts from floats'),
  DynamicQuantizeLinear: refuse('of values that are rounded to integers'),
  MatMulInteger: refuse('of products of integers'),
  ConvTranspose: unused,
  MultiHeadAttention: refuse('which ONNX Runtime computes in one step; training builds its parts'),
  RotaryEmbedding: refuse('which ONNX Runtime computes in one step; training builds its parts'),
  Mod: refuse('only of integers, which have no gradient'),
  ReduceProd: unused,
  TopK: unused,
  If: controlFlow,
  Loop: controlFlow,
  Scan: controlFlow,
} as const satisfies Readonly<Record<KnownOp | ControlFlowOp, RuleEntry>>;

export function ruleFor(op: string): RuleEntry | undefined {
  return Object.hasOwn(RULES, op) ? RULES[op as keyof typeof RULES] : undefined;
}
