import type { Graph } from '../graph/graph.js';
import type { GraphNode } from '../graph/node.js';

/**
 * Gradient of a parameter that was looked up by row: `values[i]` belongs to row `indices[i]`,
 * flattened.
 */
export interface RowGradient {
  /** int64, n in total; a constant, an input or a computed value of the graph */
  readonly indices: string;
  /** float32 [n, ...row] */
  readonly values: string;
}

/** Query about a node before anything is built. */
export interface RuleQuery {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Whether the gradient of input `i` is needed; others may be `null`. */
  needs(i: number): boolean;
}

export interface RuleContext extends RuleQuery {
  /** Graph that the backward nodes are added to. */
  readonly graph: Graph;
  /** Gradient of each output, or `null`. */
  readonly dY: readonly (string | null)[];
  /** Whether input `i` is a parameter, whose gradient may be given by rows. */
  acceptsRows(i: number): boolean;
}

/** One gradient per input of the node; `null` if there is none or none is needed. */
export type Rule = (context: RuleContext) => readonly (string | RowGradient | null)[];

export interface RuleOptions {
  /** Returns false for an unsupported form of the op. */
  readonly supports?: (query: RuleQuery) => boolean;
  /** Whether gradients may reach any output; otherwise only the first one may be read. */
  readonly everyOutput?: boolean;
}

/** Entry of an op: its gradient rule, a zero gradient, or the reason for refusing it. */
export type RuleEntry =
  | (RuleOptions & {
      readonly kind: 'rule';
      /** First and last opset in which the forms of the op and of the backward nodes are valid. */
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
