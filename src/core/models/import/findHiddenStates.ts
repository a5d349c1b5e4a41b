import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';

export interface HiddenStates {
  /** Input of the first layer, or `null` if it cannot be determined. */
  readonly embeddings: string | null;
  /** Output of each layer, or `null` if it cannot be determined. */
  readonly layers: readonly (string | null)[];
}

export interface HiddenStatesOptions {
  /** Depth of each parameter of the graph: 0 for embeddings, N + 1 for the head. */
  readonly depths: ReadonlyMap<string, number>;
  readonly layerCount: number;
  /** Tokens of the batch, including padding. */
  readonly rows: number;
  readonly hiddenSize: number;
}

/**
 * Finds the hidden states of an export in its structure: a value of their size through which all
 * later nodes depend on the tokens, with no use of a parameter between it and the first parameter
 * of the next layer. Layers with shared parameters cannot be distinguished, except for the first
 * and last state. The export of a classifier may compute the last layer only for first tokens and
 * lack its state.
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
  /** Last reader of an earlier value that depends on the tokens. */
  let open = lastRead.get('input_ids') ?? 0;
  let state: string | null = null;
  graph.nodes.forEach((node, place) => {
    const seen = node.outputs.filter((output) => seeing.has(output));
    if (seen.length === 0) return;
    for (const input of node.inputs) {
      const stored = depthOf.get(input);
      if (stored === undefined) continue;
      // A decoder may consist of the embeddings alone.
      const isDecoder = stored === 0 && state !== null && entering.has(layerCount);
      const depth = isDecoder ? layerCount + 1 : stored;
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

/** Values that depend on the tokens, not only on positions and padding. */
function seeingTokens(graph: Graph): ReadonlySet<string> {
  const seeing = new Set(['input_ids']);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((input) => seeing.has(input))) outputs.forEach((output) => seeing.add(output));
  }
  return seeing;
}

/** Depths of parameters, and of values computed from a single parameter. */
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
