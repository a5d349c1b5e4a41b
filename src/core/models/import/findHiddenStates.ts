import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';

export interface HiddenStates {
  /** What enters the first layer; `null` where that cannot be told. */
  readonly embeddings: string | null;
  /** What each layer gives, from the first; `null` where that cannot be told. */
  readonly layers: readonly (string | null)[];
}

export interface HiddenStatesOptions {
  /** Depth of each parameter among the graph's inputs: 0 for embeddings, N + 1 for the head. */
  readonly depths: ReadonlyMap<string, number>;
  readonly layerCount: number;
  /** Tokens of the batch, padding included. */
  readonly rows: number;
  readonly hiddenSize: number;
}

/**
 * Finds the hidden states of an export in its structure: a value of their size through which all
 * that follows sees the tokens, with no use of a parameter between it and the first one of the next
 * layer. Layers that share their parameters cannot be told apart, but for the first and the last
 * state; a classifier's export may compute the last layer for first tokens alone and lack its state.
 *
 * @param graph static and pruned
 */
export function findHiddenStates(
  graph: Graph,
  { depths, layerCount, rows, hiddenSize }: HiddenStatesOptions,
): HiddenStates {
  const seeing = seeingTokens(graph);
  const depthOf = parameterDepths(graph, depths);
  const lastRead = new Map<string, number>();
  graph.nodes.forEach((node, place) => {
    for (const input of node.inputs) lastRead.set(input, place);
  });
  const entering = new Map<number, string | null>();
  /** The last place at which a value that sees the tokens, and came before, is read. */
  let open = lastRead.get('input_ids') ?? 0;
  let state: string | null = null;
  graph.nodes.forEach((node, place) => {
    const seen = node.outputs.filter((output) => seeing.has(output));
    if (seen.length === 0) return;
    for (const input of node.inputs) {
      const depth = depthOf.get(input);
      if (depth === undefined) continue;
      if (!entering.has(depth)) entering.set(depth, state);
      state = null;
    }
    const [output = ''] = seen;
    const dims = graph.staticDims(output);
    const isState = dims.at(-1) === hiddenSize && product(dims) === rows * hiddenSize;
    if (isState && open <= place) state = output;
    for (const value of seen) open = Math.max(open, lastRead.get(value) ?? 0);
  });
  const layers = Array.from({ length: layerCount }, (_, i) => entering.get(i + 2) ?? null);
  return { embeddings: entering.get(1) ?? null, layers };
}

function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/** Values that depend on which tokens there are, and not on places and padding alone. */
function seeingTokens(graph: Graph): ReadonlySet<string> {
  const seeing = new Set(['input_ids']);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((input) => seeing.has(input))) outputs.forEach((output) => seeing.add(output));
  }
  return seeing;
}

/** Depths of parameters, and of values that are computed from one parameter alone. */
function parameterDepths(
  graph: Graph,
  depths: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const found = new Map(depths);
  const depthOf = ({ inputs }: GraphNode): number | undefined => {
    const computed = inputs.filter((input) => input !== '' && !graph.constants.has(input));
    return computed.length === 1 ? found.get(computed[0]!) : undefined;
  };
  for (const node of graph.nodes) {
    const depth = depthOf(node);
    if (depth !== undefined) node.outputs.forEach((output) => found.set(output, depth));
  }
  return found;
}
