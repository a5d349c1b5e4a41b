import { describe, expect, it } from 'vitest';
import { Graph } from '../../../../src/core/graph/graph.js';
import { int, float } from '../../../../src/core/graph/node.js';
import { encodeModel } from '../../../../src/core/graph/onnx.js';
import { integerProducts } from '../../../../src/core/graph/passes/integerProducts.js';
import { quantizeRows } from '../../../../src/core/models/weights/quantization.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';

const [ROWS, WIDTH, OUTPUTS] = [5, 8, 6];
const wave = (size: number, factor: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(factor * (i + 1)));

/** Rows looked up in a table, through a product with alpha, beta and bias, and through half of it. */
function exampleGraph(): Graph {
  const graph = new Graph(17);
  const matrix = (name: string, dims: readonly [number, number], factor: number): string => {
    // With 7 bits, since processors without VNNI cut off sums of 8 bits.
    const { values, scales } = quantizeRows({ dims, data: wave(dims[0] * dims[1], factor) }, 7);
    const integers = graph.constant(`${name}_quantized`, { type: 'int8', dims, data: values });
    const scale = graph.constant(`${name}_scale`, {
      ...{ type: 'float32', dims: [scales.length], data: scales },
    });
    return graph.node('DequantizeLinear', [integers, scale], {
      attributes: { axis: int(0) },
      outputs: [name],
    });
  };
  const ids = graph.input('ids', 'int64', [ROWS]);
  const rows = graph.node('Gather', [matrix('table', [7, WIDTH], 0.7), ids]);
  const bias = graph.constant('bias', {
    ...{ type: 'float32', dims: [OUTPUTS], data: wave(OUTPUTS, 1.3) },
  });
  const weight = matrix('weight', [OUTPUTS, WIDTH], 0.3);
  const scaled = { transB: int(1), alpha: float(0.5), beta: float(2) };
  graph.outputs.push(graph.node('Gemm', [rows, weight, bias], { attributes: scaled }));
  const halves = graph.nodeWithOutputs('Split', [weight, graph.indices([2, 4])], {
    attributes: { axis: int(0) },
    outputCount: 2,
  });
  const plain = { transB: int(1) };
  graph.outputs.push(graph.node('Gemm', [rows, halves[1]!], { attributes: plain }));
  return graph;
}

async function outputsOf(graph: Graph): Promise<Float32Array[]> {
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  try {
    const data = BigInt64Array.of(6n, 0n, 3n, 3n, 1n);
    const fetched = Object.fromEntries(graph.outputs.map((name) => [name, null]));
    const results = await session.run({ ids: { type: 'int64', dims: [ROWS], data } }, fetched);
    return graph.outputs.map((name) => results[name]!.data as Float32Array);
  } finally {
    await session.release();
  }
}

describe('integerProducts', () => {
  it('rounds the activations of products, and nothing else', async () => {
    const graph = exampleGraph();
    const expected = await outputsOf(graph);
    integerProducts(graph);
    const ops = graph.nodes.map(({ op }) => op);
    expect(ops.filter((op) => op === 'MatMulInteger')).toHaveLength(2);
    // Both products read the same rows.
    expect(ops.filter((op) => op === 'DynamicQuantizeLinear')).toHaveLength(1);
    expect(ops).not.toContain('DequantizeLinear');
    expect(ops).not.toContain('Gemm');
    const found = await outputsOf(graph);
    // Half a step of 1/255 of the range of at most 2, times at most eight weights of at most 1.
    const most = (0.5 * 2 * WIDTH) / 255;
    for (const [i, output] of expected.entries()) {
      expect(found[i]).toHaveLength(output.length);
      for (const [at, value] of output.entries()) {
        expect(Math.abs(found[i]![at]! - value)).toBeLessThan(most);
      }
    }
  });

  it('leaves products of other matrices as they are', () => {
    const graph = new Graph(17);
    const x = graph.input('x', 'float32', [2, 3]);
    const data = new Float32Array(12);
    const weight = graph.constant('weight', { type: 'float32', dims: [4, 3], data });
    graph.outputs.push(graph.node('Gemm', [x, weight], { attributes: { transB: int(1) } }));
    integerProducts(graph);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Gemm']);
  });
});
