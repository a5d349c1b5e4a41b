import type { GraphNode, GraphView } from './node.js';

/** Nodes that these values, by default the outputs of the graph, depend on, in order. */
export function neededNodes(
  graph: Pick<GraphView, 'nodes' | 'outputs'>,
  values: readonly string[] = graph.outputs,
): GraphNode[] {
  const needed = new Set(values);
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    readsOf(node).forEach((input) => needed.add(input));
    return true;
  });
  return nodes.reverse();
}

/** Values that a node reads, including inside its branches. */
export function readsOf(node: GraphNode): string[] {
  const inside = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph'
      ? [...attribute.value.outputs, ...attribute.value.nodes.flatMap(readsOf)]
      : [],
  );
  return [...node.inputs, ...inside];
}
