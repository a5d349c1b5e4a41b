import type { Graph } from '../graph.js';
import { neededNodes, readsOf } from '../reads.js';
import { rewriteNodes } from './rewrite.js';

/** Place to cut a graph, behind which only trained parameters lie. */
export interface FeatureCut {
  /** Value that the part with trained parameters reads. */
  readonly features: string;
  /** Names of the nodes behind the cut. */
  readonly nodes: ReadonlySet<string>;
}

/**
 * Finds the one float32 value of `rowCount` rows through which `result` depends on anything but
 * parameters and constants, once all that depends on trained parameters is taken away; `null` if there
 * is no such value.
 */
export function findFeatures(
  graph: Graph,
  {
    result,
    rowCount,
    trained,
    parameters,
  }: {
    readonly result: string;
    readonly rowCount: number;
    readonly trained: ReadonlySet<string>;
    /** All parameters, trained ones included. */
    readonly parameters: ReadonlySet<string>;
  },
): FeatureCut | null {
  const moving = new Set(trained);
  const behind = neededNodes(graph, [result]).filter((node) => {
    if (!readsOf(node).some((name) => moving.has(name))) return false;
    for (const output of node.outputs) moving.add(output);
    return true;
  });
  const read = new Set<string>();
  for (const name of behind.flatMap(readsOf)) {
    const isFixed = graph.constants.has(name) || parameters.has(name);
    if (name !== '' && !moving.has(name) && !isFixed) read.add(name);
  }
  const [features, ...others] = read;
  if (features === undefined || others.length > 0 || graph.inputs.includes(features)) return null;
  const { type, dims } = graph.info(features);
  if (type !== 'float32' || dims[0] !== rowCount) return null;
  return { features, nodes: new Set(behind.map(({ name }) => name)) };
}

/** Makes the features an input named `input`, and removes everything before them. */
export function cutAtFeatures(graph: Graph, { features, nodes }: FeatureCut, input: string): void {
  const { type } = graph.info(features);
  graph.input(input, type, graph.staticDims(features));
  rewriteNodes(graph, (node) => {
    if (nodes.has(node.name)) {
      const inputs = node.inputs.map((name) => (name === features ? input : name));
      graph.nodes.push({ ...node, inputs });
    }
    return true;
  });
}
