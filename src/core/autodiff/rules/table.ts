import type { RuleEntry } from '../rule.js';
import * as elementwise from './elementwise.js';
import * as loss from './loss.js';
import * as matrix from './matrix.js';
import * as normalization from './normalization.js';
import * as shape from './shape.js';

/** Every op the engine has an answer for; one without an entry in `RULES` does not compile. */
export type KnownOp =
  | keyof typeof elementwise
  | keyof typeof loss
  | keyof typeof matrix
  | keyof typeof normalization
  | keyof typeof shape
  | 'Shape'
  | 'Range'
  | 'Equal'
  | 'Greater'
  | 'ArgMax'
  | 'Loop'
  | 'If'
  | 'Scan';

const zero: RuleEntry = { kind: 'zero' };
const controlFlow: RuleEntry = { kind: 'refuse', reason: 'control flow is not differentiated' };

export const RULES: Readonly<Record<KnownOp, RuleEntry>> = {
  ...elementwise,
  ...matrix,
  ...normalization,
  ...shape,
  ...loss,
  // Their outputs are integers or truth values: nothing flows back.
  Shape: zero,
  Range: zero,
  Equal: zero,
  Greater: zero,
  ArgMax: zero,
  Loop: controlFlow,
  If: controlFlow,
  Scan: controlFlow,
};

export function ruleFor(op: string): RuleEntry | undefined {
  return Object.hasOwn(RULES, op) ? RULES[op as KnownOp] : undefined;
}
