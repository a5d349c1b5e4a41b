import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { float, Graph, int, ints, text } from '../../../src/core/graph/graph.js';
import { decodeModel, encodeModel } from '../../../src/core/graph/onnx.js';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/graph/protobuf.js';

function sample(): Graph {
  const graph = new Graph(20);
  const x = graph.input('x', 'float32', ['batch', 3]);
  graph.constant('w', {
    type: 'float32',
    dims: [4, 3],
    data: new Float32Array(12).map((_, i) => i),
  });
  graph.constant('ids', { type: 'int64', dims: [2], data: BigInt64Array.of(-1n, 2n ** 60n) });
  const attributes = { transB: int(1), alpha: float(0.5) };
  const y = graph.node('Gemm', [x, 'w'], { attributes });
  const t = graph.node('Transpose', [y], { attributes: { perm: ints([1, 0]) } });
  graph.outputs.push(graph.node('Gelu', [t], { attributes: { approximate: text('tanh') } }));
  return graph;
}

describe('ONNX files', () => {
  it('come back as they were written', () => {
    const graph = sample();
    const read = decodeModel(encodeModel(graph), 'sample');
    expect(read.opset).toBe(20);
    expect(read.inputs).toEqual(graph.inputs);
    expect(read.outputs).toEqual(graph.outputs);
    expect(read.nodes).toEqual(graph.nodes);
    expect(read.constants.get('w')).toEqual(graph.constants.get('w'));
    expect(read.constants.get('ids')).toEqual(graph.constants.get('ids'));
    expect(read.info('x')).toEqual({ type: 'float32', dims: ['batch', 3] });
  });

  it('keep raw data as views, and copy only what is not aligned', () => {
    const bytes = encodeModel(sample());
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const file of [bytes, shifted.subarray(1), Buffer.from(bytes)]) {
      const { constants } = decodeModel(file, 'sample');
      expect(Array.from(constants.get('w')!.data as Float32Array)).toEqual(
        Array.from({ length: 12 }, (_, i) => i),
      );
    }
  });

  it('are refused by name when broken', () => {
    const bytes = encodeModel(sample());
    for (const broken of [bytes.subarray(0, bytes.length - 20), new Uint8Array(0)]) {
      expect(() => decodeModel(broken, 'broken.onnx')).toThrow(AppError);
      expect(() => decodeModel(broken, 'broken.onnx')).toThrow(/broken\.onnx/);
    }
  });

  it('hold names in any script', () => {
    for (const name of ['plain', 'größe', '模型', '🙂'])
      expect(decodeUtf8(encodeUtf8(name))).toBe(name);
  });
});
