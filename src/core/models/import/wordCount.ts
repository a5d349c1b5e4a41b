import { intAttribute } from '../../graph/attributes.js';
import type { GraphNode, GraphView } from '../../graph/node.js';

/** Operators that pass token ids on. */
const PASSING = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/** Rows of the table in which an export looks up token ids; `null` if it has none. */
export function wordCount(graph: GraphView): number | null {
  const lookup = wordLookup(graph, (table) => graph.constants.get(table)?.dims[0] !== undefined);
  return lookup === null ? null : graph.constants.get(lookup.inputs[0]!)!.dims[0]!;
}

/** The node that looks up token ids in a table of word embeddings; `null` if there is none. */
export function wordLookup(
  graph: GraphView,
  isTable: (value: string) => boolean,
): GraphNode | null {
  const ids = new Set(['input_ids']);
  for (const node of graph.nodes) {
    const [table = '', indices = ''] = node.inputs;
    if (PASSING.has(node.op) && ids.has(table)) node.outputs.forEach((output) => ids.add(output));
    const looksUp = node.op === 'Gather' && ids.has(indices) && intAttribute(node, 'axis', 0) === 0;
    if (looksUp && isTable(table)) return node;
  }
  return null;
}
