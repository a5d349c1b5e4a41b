import type { Graph } from '../graph/graph.js';
import type { GraphNode } from '../graph/node.js';

/** The gradient of a parameter that was looked up by row: `values[i]` belongs to row `indices[i]`, flattened. */
export interface RowGradient {
  /** int64, n in all; a constant, an input or a computed value of the graph */
  readonly indices: string;
  /** float32 [n, ...row] */
  readonly values: string;
}

/** Query about a node before anything is built. */
export interface RuleQuery {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** True where the gradient of input `i` is wanted; others may be left null. */
  needs(i: number): boolean;
}

export interface RuleContext extends RuleQuery {
  /** The graph that the backward nodes are added to. */
  readonly graph: Graph;
  /** Gradient of each output; null where none reaches it. */
  readonly dY: readonly (string | null)[];
  /** True where input `i` is a parameter, whose gradient may be given by rows. */
  acceptsRows(i: number): boolean;
}

/** One gradient for each input of the node; null where there is none or none is needed. */
export type Rule = (context: RuleContext) => readonly (string | RowGradient | null)[];

export interface RuleOptions {
  /** False for a form of the op that the rule does not cover. */
  readonly supports?: (query: RuleQuery) => boolean;
  /** True where gradients may reach any output; otherwise only the first one may be read. */
  readonly everyOutput?: boolean;
}

/** Entry of an op: its gradient rule, a zero gradient, or the reason for refusing it. */
export type RuleEntry =
  | (RuleOptions & {
      readonly kind: 'rule';
      /** First and last opset at which both the op's form and the backward nodes' forms hold. */
      readonly opsets: readonly [number, number];
      readonly rule: Rule;
    })
  | { readonly kind: 'zero' }
  | { readonly kind: 'refuse'; readonly reason: string };

export const rule = (
  opsets: readonly [number, number],
  body: Rule,
  options: RuleOptions = {},
): RuleEntry => ({ ...options, kind: 'rule', opsets, rule: body });
