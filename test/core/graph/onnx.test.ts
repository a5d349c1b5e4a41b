import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { Graph } from '../../../src/core/graph/graph.js';
import { float, int, ints, text } from '../../../src/core/graph/node.js';
import type { StoredTensor } from '../../../src/core/graph/onnx.js';
import { decodeModel, encodeModel } from '../../../src/core/graph/onnx.js';
import { decodeUtf8, encodeUtf8, ProtobufWriter } from '../../../src/core/graph/protobuf.js';

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

  it('leave large weights outside of the file, without copying them', () => {
    const graph = new Graph(17);
    const data = Float32Array.from({ length: 1 << 15 }, (_, i) => i);
    graph.constant('large', { type: 'float32', dims: [1 << 15], data });
    graph.constant('small', { type: 'float32', dims: [2], data: Float32Array.of(1, 2) });
    graph.outputs.push(graph.node('Add', ['large', graph.node('ReduceSum', ['small'])]));
    const external = new Map<string, Uint8Array>();
    const bytes = encodeModel(graph, { external });
    expect(bytes.length).toBeLessThan(1000);
    expect([...external.values()].map(({ buffer }) => buffer)).toEqual([data.buffer]);
    const asked: unknown[] = [];
    const read = decodeModel(bytes, 'model.onnx', {
      external: (place) => {
        asked.push(place);
        return external.get(place.location)!;
      },
    });
    expect(read.constants).toEqual(graph.constants);
    expect(asked).toEqual([{ location: [...external.keys()][0], offset: 0, length: 4 << 15 }]);
  });

  it('hold doubles and bfloat16, which are read as float32, and bodies of control flow', () => {
    const file = new ProtobufWriter().message(7, (graph) => {
      graph.message(5, (tensor) => {
        const raw = new Uint8Array(Float64Array.of(0.5, -3).buffer);
        tensor.varint(1, 2).varint(2, 11).string(8, 'double').bytes(9, raw);
      });
      graph.message(5, (tensor) => {
        const raw = new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer);
        tensor.varint(1, 2).varint(2, 16).string(8, 'brain').bytes(9, raw);
      });
    });
    const places = new Map<string, StoredTensor>();
    const { constants } = decodeModel(file.join(), 'sample', { stored: places });
    expect(constants.get('double')).toMatchObject({ type: 'float32', dims: [2] });
    expect(Array.from(constants.get('double')!.data, Number)).toEqual([0.5, -3]);
    expect(Array.from(constants.get('brain')!.data, Number)).toEqual([1, -3]);
    const { elementType, place } = places.get('brain')!;
    expect([elementType, place]).toMatchObject([16, { length: 4 }]);

    const outer = sample();
    outer.nodes.push({
      op: 'If',
      domain: '',
      name: 'choice',
      inputs: ['c'],
      outputs: ['z'],
      attributes: { then_branch: { kind: 'graph', value: sample() } },
      metadata: {},
    });
    const branch = decodeModel(encodeModel(outer), 'sample').nodes.at(-1)!.attributes[
      'then_branch'
    ];
    expect(branch?.kind === 'graph' && branch.value.nodes).toEqual(sample().nodes);
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
