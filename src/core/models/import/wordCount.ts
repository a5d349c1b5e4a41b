import { intAttribute } from '../../graph/attributes.js';
import type { GraphView } from '../../graph/node.js';

/** Operators that pass token ids on. */
const PASSING = new Set(['Cast', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

/** Rows of the table in which an export looks up token ids; `null` if it has none. */
export function wordCount(graph: GraphView): number | null {
  const ids = new Set(['input_ids']);
  for (const node of graph.nodes) {
    const [table = '', indices = ''] = node.inputs;
    if (PASSING.has(node.op) && ids.has(table)) node.outputs.forEach((output) => ids.add(output));
    const rows = graph.constants.get(table)?.dims[0];
    const looksUp = node.op === 'Gather' && ids.has(indices) && intAttribute(node, 'axis', 0) === 0;
    if (looksUp && rows !== undefined) return rows;
  }
  return null;
}
