import type { Graph } from '../graph.js';

/** Removes nodes, inputs and constants that no output depends on. */
export function prune(graph: Graph): void {
  const needed = new Set(graph.outputs);
  const kept = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    node.inputs.forEach((input) => needed.add(input));
    return true;
  });
  graph.nodes = kept.reverse();
  const inputs = graph.inputs.filter((name) => needed.has(name));
  graph.inputs.splice(0, graph.inputs.length, ...inputs);
  for (const name of graph.constants.keys()) if (!needed.has(name)) graph.constants.delete(name);
}
