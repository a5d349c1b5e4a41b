import { Graph } from '../graph/graph.js';
import type { GraphNode } from '../graph/node.js';
import { encodeModel } from '../graph/onnx.js';
import { prune } from '../graph/passes/prune.js';
import type { Runtime, Tensor } from '../ports.js';

/**
 * Has the runtime compute everything that depends on constants alone, such as projected relative
 * positions and parts of a weight.
 */
export async function foldConstants(graph: Graph, runtime: Runtime): Promise<void> {
  const folded = constantNodes(graph);
  if (folded.length === 0) return;
  const made = new Set(folded.flatMap(({ outputs }) => outputs));
  const rest = graph.nodes.filter((node) => !folded.includes(node));
  const wanted = new Set(
    [...rest.flatMap(({ inputs }) => inputs), ...graph.outputs].filter((name) => made.has(name)),
  );
  for (const [name, tensor] of await evaluate(graph, folded, [...wanted], runtime)) {
    graph.constant(name, tensor);
  }
  graph.nodes = rest;
  prune(graph);
}

function constantNodes({ nodes, constants }: Graph): GraphNode[] {
  const known = new Set(['', ...constants.keys()]);
  return nodes.filter(({ inputs, outputs }) => {
    if (!inputs.every((input) => known.has(input))) return false;
    outputs.forEach((output) => known.add(output));
    return true;
  });
}

async function evaluate(
  { opset, constants, values }: Graph,
  nodes: readonly GraphNode[],
  wanted: readonly string[],
  runtime: Runtime,
): Promise<Map<string, Tensor>> {
  // Constants are inputs, so that they are not copied into the model.
  const part = new Graph(opset);
  part.nodes = [...nodes];
  part.outputs.push(...wanted);
  for (const [name, info] of values) part.values.set(name, info);
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const feeds: Record<string, Tensor> = {};
  for (const [name, tensor] of constants) {
    if (!read.has(name)) continue;
    feeds[name] = tensor;
    part.input(name, tensor.type, tensor.dims);
  }
  prune(part);
  const session = await runtime.createSession(encodeModel(part), {
    threads: 1,
    memoryPattern: false,
  });
  try {
    const given = Object.fromEntries(part.inputs.map((name) => [name, feeds[name]!]));
    const results = await session.run(
      given,
      Object.fromEntries(wanted.map((name) => [name, null])),
    );
    return new Map(Object.entries(results));
  } finally {
    await session.release();
  }
}
