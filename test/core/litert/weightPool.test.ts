import { describe, expect, it } from 'vitest';
import { WeightPool } from '../../../src/core/litert/weightPool.js';
import type { Tensor } from '../../../src/core/ports.js';

const floats = (dims: readonly number[], values: readonly number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});

const MATRIX = floats([2, 3], [1, 2, 3, 4, 5, 6]);

function floatsOf(pool: WeightPool, buffer: number): number[] {
  const bytes = pool.buffers[buffer]!.bytes();
  return [...new Float32Array(bytes.slice().buffer)];
}

describe('buffers of constants', () => {
  it('are one for the same content, whether it is the same memory or not', () => {
    const pool = new WeightPool();
    const { buffer } = pool.add(MATRIX);
    expect(pool.add(MATRIX).buffer).toBe(buffer);
    expect(pool.add(floats([2, 3], [1, 2, 3, 4, 5, 6])).buffer).toBe(buffer);
    expect(pool.add({ ...MATRIX, dims: [6] })).toEqual({ buffer, dims: [6] });
    expect(pool.add(floats([2, 3], [1, 2, 3, 4, 5, 7])).buffer).not.toBe(buffer);
    expect(pool.buffers).toHaveLength(3);
  });

  it('begin with an empty one', () => {
    const pool = new WeightPool();
    expect(pool.add(MATRIX).buffer).toBe(1);
    expect(pool.buffers[0]!.byteLength).toBe(0);
  });

  it('hold a matrix with its rows as columns', () => {
    const pool = new WeightPool();
    const { buffer, dims } = pool.add(MATRIX, { transposed: true });
    expect(dims).toEqual([3, 2]);
    expect(floatsOf(pool, buffer)).toEqual([1, 4, 2, 5, 3, 6]);
    expect(pool.buffers[buffer]!.byteLength).toBe(24);
  });

  it('hold integers with the scale of each output', () => {
    const pool = new WeightPool();
    const matrix = floats([2, 2], [127, 2, 63.5, -4]);
    const byRow = pool.add(matrix, { integers: true });
    expect([...byRow.scales!]).toEqual([1, 0.5]);
    expect([...new Int8Array(pool.buffers[byRow.buffer]!.bytes())]).toEqual([127, 2, 127, -8]);
    const byColumn = pool.add(matrix, { integers: true, transposed: true });
    expect(byColumn.scales![0]).toBe(1);
    expect(byColumn.scales![1]).toBeCloseTo(4 / 127, 8);
  });

  it('hold 32-bit integers, the nearest ones for larger numbers', () => {
    const pool = new WeightPool();
    const data = BigInt64Array.of(5n, -1n, 2n ** 62n);
    const { buffer } = pool.add({ type: 'int64', dims: [3], data });
    const bytes = pool.buffers[buffer]!.bytes();
    expect([...new Int32Array(bytes.slice().buffer)]).toEqual([5, -1, 2 ** 31 - 1]);
  });
});
