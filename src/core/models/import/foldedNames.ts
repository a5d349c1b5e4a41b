import type { Graph } from '../../graph/graph.js';
import type { GraphNode } from '../../graph/node.js';
import { FOLDED_NAME, PARAMETER_NAME } from './initializerUses.js';
import { moduleOf } from './moduleNames.js';

/** A parameter that an exporter folded into a constant without a name. */
export interface FoldedParameter {
  /** Name and dims of the hub. */
  readonly name: string;
  readonly dims: readonly number[];
}

/**
 * Parameters without names, by initializer, that the code of their family tells. DeBERTa (He et al.
 * 2021, arXiv:2006.03654) adds a bias to queries and then one to values, in the layout of its heads,
 * and multiplies a table of relative positions in the same module.
 */
export function findFolded(
  graph: Graph,
  family: string | null,
): ReadonlyMap<string, FoldedParameter> {
  return family === 'deberta' ? foldedOfDeberta(graph) : new Map<string, FoldedParameter>();
}

/** Module of the attention of a layer; the first group is that of the encoder. */
const ATTENTION = /^(.*)\.layer\.\d+\.attention\.self$/;

function foldedOfDeberta(graph: Graph): Map<string, FoldedParameter> {
  const found = new Map<string, FoldedParameter>();
  const biases = new Map<string, string[]>();
  for (const node of graph.nodes) {
    const { path } = moduleOf(node);
    const encoder = ATTENTION.exec(path)?.[1];
    if (encoder === undefined) continue;
    const folded = foldedInput(graph, node);
    if (folded === undefined) continue;
    const { dims, data } = graph.constants.get(folded)!;
    const isInHeads = dims.length === 4 && dims[0] === 1 && dims[2] === 1;
    if (node.op === 'Add' && isInHeads) {
      biases.set(path, [...(biases.get(path) ?? []), folded]);
    } else if (node.op === 'Slice' && dims.length === 2 && data.length > 0) {
      found.set(folded, { name: `${encoder}.rel_embeddings.weight`, dims });
    }
  }
  for (const [path, initializers] of biases) {
    if (new Set(initializers).size !== 2) continue;
    initializers.forEach((initializer, i) => {
      const size = graph.constants.get(initializer)!.data.length;
      found.set(initializer, { name: `${path}.${i === 0 ? 'q' : 'v'}_bias`, dims: [size] });
    });
  }
  return found;
}

/** Numbers without the name of a parameter that a node reads. */
function foldedInput(graph: Graph, { inputs }: GraphNode): string | undefined {
  return inputs.find((input) => {
    const isUnnamed = FOLDED_NAME.test(input) || !PARAMETER_NAME.test(input);
    return isUnnamed && graph.constants.get(input)?.type === 'float32';
  });
}
