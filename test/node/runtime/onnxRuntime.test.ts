import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/core/graph/graph.js';
import { encodeModel } from '../../../src/core/graph/onnx.js';
import type { InferenceSession, Tensor } from '../../../src/core/ports.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';

const COUNT = 1 << 20;

function floats(data: Float32Array): Extract<Tensor, { type: 'float32' }> {
  return { type: 'float32', dims: [data.length], data };
}

/** Outputs an element of the sum of two vectors, by an index that may be out of bounds, and the sum. */
async function createSession(): Promise<{ session: InferenceSession; sum: string; row: string }> {
  const graph = new Graph(20);
  const a = graph.input('a', 'float32', [COUNT]);
  const b = graph.input('b', 'float32', [COUNT]);
  const index = graph.input('index', 'int64', [1]);
  const sum = graph.node('Add', [a, b]);
  const row = graph.node('Gather', [sum, index]);
  graph.outputs.push(row, sum);
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  return { session, sum, row };
}

function inputsOf(index: bigint): Record<string, Tensor> {
  return {
    a: floats(new Float32Array(COUNT).fill(1)),
    b: floats(new Float32Array(COUNT).map((_, i) => i % 1000)),
    index: { type: 'int64', dims: [1], data: BigInt64Array.of(index) },
  };
}

describe('a session whose outputs all have a tensor', () => {
  it('writes into them and allocates no others', async () => {
    const { session, sum, row } = await createSession();
    const inputs = inputsOf(7n);
    const outputs = {
      [sum]: floats(new Float32Array(COUNT)),
      [row]: floats(new Float32Array(1)),
    };
    await session.run(inputs, outputs);
    const before = process.memoryUsage().arrayBuffers;
    const results = await session.run(inputs, outputs);
    // An output has 4 MB. Node allocates smaller buffers for itself at any time.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(COUNT);
    expect(results).toEqual(outputs);
    expect(results[sum]).toBe(outputs[sum]);
    expect([...outputs[sum]!.data.subarray(998, 1002)]).toEqual([999, 1000, 1, 2]);
    expect(outputs[row]!.data[0]).toBe(8);
    await session.release();
  });

  it('fails as the runtime does, and leaves other objects alone', async () => {
    const { session, sum, row } = await createSession();
    const outputs = {
      [sum]: floats(new Float32Array(COUNT)),
      [row]: floats(new Float32Array(1)),
    };
    await expect(session.run(inputsOf(BigInt(COUNT)), outputs)).rejects.toMatchObject({
      code: 'UserInput',
    });
    await session.run(inputsOf(1n), outputs);
    expect(sum in {}).toBe(false);
    expect(outputs[row]!.data[0]).toBe(2);
    await session.release();
  });

  it('still returns new tensors where one output has none', async () => {
    const { session, sum, row } = await createSession();
    const given = floats(new Float32Array(COUNT));
    const results = await session.run(inputsOf(5n), { [sum]: given, [row]: null });
    expect(results[sum]).toBe(given);
    expect((results[row] as typeof given).data[0]).toBe(6);
    await session.release();
  });
});
