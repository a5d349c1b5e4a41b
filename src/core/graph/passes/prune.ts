import type { Graph } from '../graph.js';
import { neededNodes, readsOf } from '../reads.js';

/** Removes nodes, inputs and constants that no output depends on. */
export function prune(graph: Graph): void {
  graph.nodes = neededNodes(graph);
  const needed = new Set([...graph.outputs, ...graph.nodes.flatMap(readsOf)]);
  const inputs = graph.inputs.filter((name) => needed.has(name));
  graph.inputs.splice(0, graph.inputs.length, ...inputs);
  for (const name of graph.constants.keys()) if (!needed.has(name)) graph.constants.delete(name);
}
