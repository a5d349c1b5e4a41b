import type { Graph } from '../graph.js';
import { floatAttribute, intAttribute } from '../attributes.js';
import { float, graphError, int } from '../node.js';
import { rewriteNodes } from './rewrite.js';

/** Names of the values of low-rank adapters for a weight W [out, in]. */
export interface AdapterValues {
  readonly weight: string;
  /** A, [rank, in] */
  readonly down: string;
  /** B, [out, rank] */
  readonly up: string;
  readonly scale: number;
}

/**
 * Adds scale · (x Aᵀ) Bᵀ to every `Gemm(x, W)` of an adapted weight, times the product's alpha. The
 * weight may be split by rows.
 *
 * @throws AppError `Graph` if the weight is used otherwise.
 */
export function addAdapters(graph: Graph, adapters: readonly AdapterValues[]): void {
  const byWeight = new Map(adapters.map((adapter) => [adapter.weight, adapter]));
  const used = new Set<string>();
  rewriteNodes(graph, (node) => {
    const adapter = node.inputs.map((input) => byWeight.get(input)).find((found) => found);
    if (!adapter) return false;
    if (node.op === 'Split' && intAttribute(node, 'axis', 0) === 0) {
      // If parts of one matrix are used separately, each part gets its rows of B.
      const [, sizes = ''] = node.inputs;
      const outputCount = node.outputs.length;
      const attributes = { axis: int(0) };
      const ups = graph.nodeWithOutputs('Split', [adapter.up, sizes], { outputCount, attributes });
      node.outputs.forEach((weight, i) =>
        byWeight.set(weight, { ...adapter, weight, up: ups[i]! }),
      );
      used.add(adapter.weight);
      return false;
    }
    const transposed = { transB: int(1) };
    const [x = '', weight = ''] = node.inputs;
    const isProduct =
      node.op === 'Gemm' &&
      weight === adapter.weight &&
      intAttribute(node, 'transA', 0) === 0 &&
      intAttribute(node, 'transB', 0) === 1;
    if (!isProduct) throw graphError(adapter.weight, 'a product x Wᵀ to adapt', node.op);
    used.add(adapter.weight);
    const { op, domain, inputs, attributes } = node;
    const [plain = ''] = graph.append({ op, domain, inputs, attributes });
    const inner = graph.node('Gemm', [x, adapter.down], { attributes: transposed });
    const alpha = float(adapter.scale * floatAttribute(node, 'alpha', 1));
    graph.node('Gemm', [inner, adapter.up, plain], {
      outputs: node.outputs,
      attributes: { ...transposed, alpha },
    });
    return true;
  });
  const unused = adapters.find(({ weight }) => !used.has(weight));
  if (unused) throw graphError(unused.weight, 'a product x Wᵀ to adapt', 'no use of it');
}
