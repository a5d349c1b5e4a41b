import type { Graph } from '../graph.js';
import type { GraphNode } from '../node.js';

/**
 * Walks the nodes in order and rebuilds the list: `visit` returns true for a node that it has
 * replaced by other nodes (or dropped); every other node is kept.
 */
export function rewriteNodes(graph: Graph, visit: (node: GraphNode) => boolean): void {
  const nodes = graph.nodes;
  graph.nodes = [];
  for (const node of nodes) if (!visit(node)) graph.nodes.push(node);
}

/** Counts the readers of each value; a graph output is one reader. */
export function countReaders(graph: Graph): Map<string, number> {
  const readers = new Map<string, number>();
  const count = (name: string): void => void readers.set(name, (readers.get(name) ?? 0) + 1);
  graph.outputs.forEach(count);
  for (const node of graph.nodes) node.inputs.forEach(count);
  return readers;
}

export function producers(graph: Graph): Map<string, GraphNode> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
}
