import type { Graph, GraphNode } from '../graph/graph.js';

/** The gradient of a parameter that was looked up by row: `values[i]` belongs to row `indices[i]`, flattened. */
export interface RowGradient {
  /** int64, n in all */
  readonly indices: string;
  /** float32 [n, ...row] */
  readonly values: string;
}

export interface RuleContext {
  /** The graph that the backward nodes are added to. */
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Gradient of each output; null where none reaches it. */
  readonly dY: readonly (string | null)[];
  /** True where the gradient of input `i` is wanted; others may be left null. */
  needs(i: number): boolean;
  /** True where input `i` is a parameter, whose gradient may be given by rows. */
  acceptsRows(i: number): boolean;
}

/** One gradient for each input of the node; null where there is none or none is needed. */
export type Rule = (context: RuleContext) => readonly (string | RowGradient | null)[];

/** What is known of an op: how to differentiate it, that nothing flows through it, or why not. */
export type RuleEntry =
  | { readonly kind: 'rule'; readonly opsets: readonly [number, number]; readonly rule: Rule }
  | { readonly kind: 'zero' }
  | { readonly kind: 'refuse'; readonly reason: string };

export const rule = (opsets: readonly [number, number], body: Rule): RuleEntry => ({
  kind: 'rule',
  opsets,
  rule: body,
});
