import { describe, expect, it } from 'vitest';
import { Graph } from '../../../../src/core/graph/graph.js';
import { float, int, ints } from '../../../../src/core/graph/node.js';
import { encodeModel } from '../../../../src/core/graph/onnx.js';
import { foldGelu, lowerErfGate } from '../../../../src/core/graph/passes/foldGelu.js';
import { fuse } from '../../../../src/core/graph/passes/fuse.js';
import { gatherEarly } from '../../../../src/core/graph/passes/gatherEarly.js';
import { prune } from '../../../../src/core/graph/passes/prune.js';
import { normalStream, randomStream } from '../../../../src/core/random.js';
import type { Tensor } from '../../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';

async function run(graph: Graph): Promise<Float32Array[]> {
  const normal = normalStream(randomStream(9));
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  const feeds: Record<string, Tensor> = {};
  for (const name of graph.inputs) {
    const dims = graph.staticDims(name);
    const count = dims.reduce((a, b) => a * b, 1);
    feeds[name] =
      graph.info(name).type === 'int64'
        ? {
            type: 'int64',
            dims,
            data: BigInt64Array.from({ length: count }, (_, i) => BigInt(i * 2)),
          }
        : {
            type: 'float32',
            dims,
            data: Float32Array.from({ length: count }, () => normal()),
          };
  }
  const outputs = Object.fromEntries(graph.outputs.map((name) => [name, null]));
  const results = await session.run(feeds, outputs);
  await session.release();
  return graph.outputs.map((name) => results[name]!.data as Float32Array);
}

/** Runs the graph before and after a pass: the numbers must agree. */
async function expectSameResults(build: () => Graph, pass: (graph: Graph) => void): Promise<Graph> {
  const before = await run(build());
  const graph = build();
  pass(graph);
  const after = await run(graph);
  for (const [i, expected] of before.entries()) {
    expect(after[i]!.length).toBe(expected.length);
    expected.forEach((value, j) => {
      const difference = Math.abs(after[i]![j]! - value);
      expect(difference).toBeLessThan(1e-5 * Math.max(10, Math.abs(value)));
    });
  }
  return graph;
}

const ops = (graph: Graph): string[] => graph.nodes.map((node) => node.op);

describe('graph passes', () => {
  it('gatherEarly runs row-wise work on the gathered rows, and stops where rows mix', async () => {
    const build = (): Graph => {
      const graph = new Graph(20);
      const x = graph.input('x', 'float32', [8, 4]);
      const w = graph.input('w', 'float32', [6, 4]);
      const scale = graph.input('scale', 'float32', [4]);
      const rows = graph.input('rows', 'int64', [3]);
      const square = graph.input('square', 'float32', [8, 8]);
      const mixed = graph.node('MatMul', [square, x]);
      const normed = graph.node('LayerNormalization', [mixed, scale], {
        attributes: { axis: int(-1) },
      });
      const residual = graph.node('Add', [normed, x]);
      const wide = graph.node('Gemm', [residual, w], { attributes: { transB: int(1) } });
      const narrow = graph.node('MatMul', [graph.node('Gelu', [wide]), w]);
      graph.outputs.push(graph.node('Gather', [graph.node('Add', [residual, narrow]), rows]));
      return graph;
    };
    const graph = await expectSameResults(build, gatherEarly);
    const rowsOf = (op: string): unknown[] =>
      graph.nodes.filter((n) => n.op === op).map((n) => graph.info(n.outputs[0]!).dims[0]);
    expect(rowsOf('Gemm')).toEqual([3]);
    expect(rowsOf('Gelu')).toEqual([3]);
    expect(rowsOf('LayerNormalization')).toEqual([3]);
    // The product that mixes rows takes the gathered rows of its left operand only.
    expect(rowsOf('MatMul')).toEqual([3, 3]);
  });

  it('gatherEarly leaves alone what has another reader', async () => {
    const build = (): Graph => {
      const graph = new Graph(20);
      const x = graph.input('x', 'float32', [8, 4]);
      const rows = graph.input('rows', 'int64', [3]);
      const y = graph.node('Tanh', [x]);
      graph.outputs.push(graph.node('Gather', [y, rows]), y);
      return graph;
    };
    expect(ops(await expectSameResults(build, gatherEarly))).toEqual(['Tanh', 'Gather']);
  });

  it('foldGelu moves both factors of GELU into the products around it', async () => {
    const build = (): Graph => {
      const graph = new Graph(20);
      const [x, v, w, b] = [
        graph.input('x', 'float32', [5, 4]),
        graph.input('v', 'float32', [6, 4]),
        graph.input('w', 'float32', [6, 3]),
        graph.input('b', 'float32', [6]),
      ];
      const attributes = { transB: int(1), alpha: float(0.8), beta: float(1.5) };
      const inner = graph.node('Gelu', [graph.node('Gemm', [x, v, b], { attributes })]);
      graph.outputs.push(graph.node('Gemm', [inner, w]));
      return graph;
    };
    const graph = await expectSameResults(build, (g) => {
      foldGelu(g);
      lowerErfGate(g);
    });
    expect(ops(graph)).toEqual(['Gemm', 'Erf', 'Add', 'Mul', 'Gemm']);
  });

  it('fuse takes transposes into batched products and sums into products', async () => {
    const build = (): Graph => {
      const graph = new Graph(20);
      const a = graph.input('a', 'float32', [2, 3, 4]);
      const b = graph.input('b', 'float32', [2, 5, 4]);
      const [p, q] = [graph.input('p', 'float32', [3, 4]), graph.input('q', 'float32', [4, 6])];
      const c = graph.input('c', 'float32', [3, 6]);
      const swapped = graph.node('Transpose', [b], { attributes: { perm: ints([0, 2, 1]) } });
      graph.outputs.push(
        graph.node('MatMul', [a, swapped]),
        graph.node('Add', [c, graph.node('Gemm', [p, q])]),
      );
      return graph;
    };
    const graph = await expectSameResults(build, (g) => {
      fuse(g);
      prune(g);
    });
    expect(ops(graph)).toEqual(['FusedMatMul', 'Gemm']);
  });

  it('fuse adds a sum to a scaled product without scaling it', async () => {
    const build = (): Graph => {
      const graph = new Graph(20);
      const [p, q] = [graph.input('p', 'float32', [3, 4]), graph.input('q', 'float32', [4, 6])];
      const c = graph.input('c', 'float32', [3, 6]);
      // Nothing is multiplied by the second factor while there is no third operand.
      const attributes = { alpha: float(0.25), beta: float(0.25) };
      graph.outputs.push(graph.node('Add', [c, graph.node('Gemm', [p, q], { attributes })]));
      return graph;
    };
    expect(ops(await expectSameResults(build, fuse))).toEqual(['Gemm']);
  });

  it('prune drops nodes, inputs and constants that nothing needs', () => {
    const graph = new Graph(20);
    const x = graph.input('x', 'float32', [2]);
    graph.node('Exp', [graph.input('unused', 'float32', [2])]);
    graph.node('Add', [x, graph.scalar(3)]);
    graph.outputs.push(graph.node('Neg', [x]));
    prune(graph);
    expect(ops(graph)).toEqual(['Neg']);
    expect(graph.inputs).toEqual(['x']);
    expect(graph.constants.size).toBe(0);
  });
});
