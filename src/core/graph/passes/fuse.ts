import type { Graph } from '../graph.js';
import type { GraphNode } from '../node.js';
import { intsAttribute } from '../attributes.js';
import { float, int } from '../node.js';
import { countReaders, producers, rewriteNodes } from './rewrite.js';

/**
 * Optional rewrites into forms that ONNX Runtime runs faster: transposes of batched matrices become
 * part of com.microsoft FusedMatMul, and sums of products the third operand of Gemm.
 */
export function fuse(graph: Graph): void {
  fuseTransposes(graph);
  fuseSums(graph);
}

function fuseTransposes(graph: Graph): void {
  const made = producers(graph);
  rewriteNodes(graph, (node) => {
    if (node.op !== 'MatMul') return false;
    const operands = node.inputs.map((input) => {
      const producer = made.get(input);
      return producer && swapsLastTwo(graph, producer)
        ? { value: producer.inputs[0]!, transposed: true }
        : { value: input, transposed: false };
    });
    const [a, b] = operands;
    if (!a || !b || (!a.transposed && !b.transposed)) return false;
    graph.node('FusedMatMul', [a.value, b.value], {
      outputs: node.outputs,
      attributes: { transA: int(a.transposed ? 1 : 0), transB: int(b.transposed ? 1 : 0) },
    });
    return true;
  });
}

function swapsLastTwo(graph: Graph, node: GraphNode): boolean {
  if (node.op !== 'Transpose') return false;
  const rank = graph.info(node.inputs[0]!).dims.length;
  const order = intsAttribute(node, 'perm');
  const expected = (i: number): number =>
    i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i;
  return rank > 2 && order !== undefined && order.every((axis, i) => axis === expected(i));
}

/**
 * Add(x, Gemm(a, b)) → Gemm(a, b, x), for a product with no other reader. A factor of the product is
 * none of the sum.
 */
function fuseSums(graph: Graph): void {
  const readers = countReaders(graph);
  const made = producers(graph);
  const absorbed = new Set<GraphNode>();
  rewriteNodes(graph, (node) => {
    if (node.op !== 'Add') return false;
    const [x = '', y = ''] = node.inputs;
    const product = made.get(y);
    if (product?.op !== 'Gemm' || product.inputs.length !== 2 || readers.get(y) !== 1) return false;
    const dims = graph.info(y).dims;
    if (!graph.info(x).dims.every((dim, i) => dim === dims[i]) || x === y) return false;
    if (graph.info(x).dims.length !== dims.length) return false;
    absorbed.add(product);
    const attributes = { ...product.attributes, beta: float(1) };
    graph.append({ ...product, attributes, inputs: [...product.inputs, x], outputs: node.outputs });
    return true;
  });
  graph.nodes = graph.nodes.filter((node) => !absorbed.has(node));
}
