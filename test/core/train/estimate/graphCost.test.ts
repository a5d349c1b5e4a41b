import { describe, expect, it } from 'vitest';
import { Graph } from '../../../../src/core/graph/graph.js';
import { int } from '../../../../src/core/graph/node.js';
import { costOf } from '../../../../src/core/train/estimate/graphCost.js';

/** y = relu(x wᵀ) w, and the sum of a view of y. */
function small(): Graph {
  const graph = new Graph(20);
  const x = graph.input('x', 'float32', [6, 4]);
  const w = graph.input('w', 'float32', [10, 4]);
  const wide = graph.node('Gemm', [x, w], { attributes: { transB: int(1) } });
  const positive = graph.node('Relu', [wide]);
  const narrow = graph.node('MatMul', [positive, w]);
  const row = graph.reshape(narrow, [24]);
  const doubled = graph.node('Mul', [row, graph.scalar(2)]);
  graph.outputs.push(graph.node('ReduceSum', [doubled]));
  return graph;
}

describe('costOf', () => {
  it('counts the operations of products and the bytes of passes', () => {
    const { products, passes, nodeCount } = costOf(small());
    expect(products.total).toBe(2 * 6 * 10 * 4 + 2 * 6 * 4 * 10);
    // Relu reads and writes 60 floats, Mul 24 and a scalar, ReduceSum reads 24 and writes one.
    expect(passes.total).toBe(4 * (60 + 60 + 24 + 1 + 24 + 24 + 1));
    expect(nodeCount).toBe(5);
  });

  it('knows how many bytes are alive at once, views as what they are of', () => {
    // The most are alive at Relu: 60 floats before and after it.
    expect(costOf(small()).activationBytes).toBe(4 * 120);
    const graph = new Graph(20);
    const x = graph.input('x', 'float32', [100]);
    const first = graph.node('Relu', [x]);
    const view = graph.reshape(first, [10, 10]);
    let last = graph.node('Exp', [view]);
    for (let i = 0; i < 5; i++) last = graph.node('Exp', [last]);
    graph.outputs.push(graph.node('Add', [last, view]));
    // `first` lives on in its view, beside the input and the output of an Exp.
    expect(costOf(graph).activationBytes).toBe(4 * 300);
  });

  it('counts tables by the rows that are looked up', () => {
    const graph = new Graph(20);
    const table = graph.input('table', 'float32', [1000, 8]);
    const ids = graph.input('ids', 'int64', [3]);
    graph.outputs.push(graph.node('Gather', [table, ids]));
    expect(costOf(graph).passes.total).toBe(2 * 4 * 3 * 8);
  });

  it('puts nodes that do the same together, those with the most work first', () => {
    const graph = new Graph(20);
    const x = graph.input('x', 'float32', [8, 8]);
    const tall = graph.input('tall', 'float32', [64, 8]);
    for (let i = 0; i < 3; i++) graph.outputs.push(graph.node('MatMul', [x, x]));
    graph.outputs.push(graph.node('MatMul', [tall, x]));
    graph.outputs.push(graph.node('Gemm', [x, x], { attributes: { transB: int(1) } }));
    const { groups } = costOf(graph).products;
    expect(groups.map(({ count, work }) => [count, work])).toEqual([
      [1, 2 * 64 * 8 * 8],
      [3, 2 * 512],
      [1, 2 * 512],
    ]);
  });
});
