import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import {
  joinScales,
  quantizedTensors,
  quantizeRows,
} from '../../../../src/core/models/weights/quantization.js';
import {
  scaleRows,
  storedFloats,
  widenTensor,
} from '../../../../src/core/models/weights/safetensors.js';

const tensor = (dims: readonly number[], data: readonly number[]) => ({
  dims,
  data: Float32Array.from(data),
});

describe('weights as 8-bit integers', () => {
  it('are off by half a step of their row at most', () => {
    const value = fc.integer({ min: -10_000, max: 10_000 }).map((number) => number / 100);
    fc.assert(
      fc.property(fc.array(value, { minLength: 12, maxLength: 12 }), (values) => {
        const original = tensor([3, 4], values);
        const { values: integers, scales } = quantizeRows(original);
        const data = scaleRows(integers, scales);
        for (let row = 0; row < 3; row++) {
          const part = original.data.subarray(row * 4, row * 4 + 4);
          const step = Math.max(...part.map(Math.abs)) / 127;
          part.forEach((wanted, i) => {
            expect(Math.abs(data[row * 4 + i]! - wanted)).toBeLessThanOrEqual(step * 0.50001);
          });
        }
      }),
    );
  });

  it('keep rows of zeros and largest values as they are', () => {
    const original = tensor([2, 2], [0, 0, -3, 1.5]);
    const { values, scales } = quantizeRows(original);
    const data = scaleRows(values, scales);
    expect([...data.subarray(0, 2)]).toEqual([0, 0]);
    expect(data[2]).toBeCloseTo(-3, 6);
  });

  it('leave biases and norms alone and are read back as floats', () => {
    const dense = tensor([2, 2], [1, 0.5, -0.25, 1]);
    const positions = { dtype: 'I64', dims: [1, 2], bytes: new Uint8Array(16) };
    const stored = quantizedTensors(
      new Map([
        ['norm.weight', storedFloats(tensor([2], [0.123456, 7]))],
        ['dense.weight', storedFloats(dense)],
        ['positions', positions],
      ]),
    );
    expect([...stored.keys()]).toEqual([
      ...['norm.weight', 'dense.weight', 'dense.weight_scale', 'positions'],
    ]);
    expect(stored.get('positions')).toBe(positions);
    expect(stored.get('dense.weight')!.dtype).toBe('I8');
    expect(stored.get('dense.weight_scale')!.dims).toEqual([2, 1]);
    const read = joinScales(stored, 'model.safetensors');
    expect([...read.keys()]).toEqual(['norm.weight', 'dense.weight', 'positions']);
    expect(widenTensor(read.get('norm.weight')!).data).toEqual(Float32Array.of(0.123456, 7));
    const { values, scales } = quantizeRows(dense);
    const widened = widenTensor(read.get('dense.weight')!);
    expect(widened.compact).toEqual({ type: 'int8', values, scales });
    expect(widened.data).toEqual(scaleRows(values, scales));
    // Whoever has the floats may change them.
    expect(widened.compact).toBeUndefined();
  });

  it('are refused with scales that do not fit, and left alone without any', () => {
    const stored = quantizedTensors(new Map([['w', storedFloats(tensor([2, 2], [1, 2, 3, 4]))]]));
    stored.set('w_scale', storedFloats(tensor([3, 1], [1, 1, 1])));
    expect(() => joinScales(stored, 'model.safetensors')).toThrow(AppError);
    stored.delete('w_scale');
    expect(joinScales(stored, 'model.safetensors').get('w')!.dtype).toBe('I8');
  });
});

/**
 * Sum of products of activations (0 to 255) and weights on a processor without VNNI, whose
 * `vpmaddubsw` adds each two products in 16 bits and cuts off what exceeds them.
 */
function productWithoutVnni(activations: readonly number[], weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < activations.length; i += 2) {
    const pair = activations[i]! * weights[i]! + activations[i + 1]! * weights[i + 1]!;
    sum += Math.max(-32768, Math.min(32767, pair));
  }
  return sum;
}

const exactProduct = (activations: readonly number[], weights: ArrayLike<number>): number =>
  activations.reduce((sum, value, i) => sum + value * weights[i]!, 0);

describe('weights with 7 of 8 bits', () => {
  it('have exact products on processors that add in 16 bits, unlike those with 8', () => {
    const row = tensor([1, 4], [1, 1, -1, -1]);
    const large = [255, 255, 255, 255];
    const eight = quantizeRows(row).values;
    expect(productWithoutVnni(large.slice(0, 2), eight)).not.toBe(
      exactProduct(large.slice(0, 2), eight),
    );
    const seven = quantizeRows(row, 7).values;
    expect(productWithoutVnni(large.slice(0, 2), seven)).toBe(
      exactProduct(large.slice(0, 2), seven),
    );
    const byte = fc.integer({ min: 0, max: 255 });
    const weight = fc.double({ min: -1, max: 1, noNaN: true });
    const four = { minLength: 4, maxLength: 4 };
    fc.assert(
      fc.property(fc.array(byte, four), fc.array(weight, four), (activations, weights) => {
        const { values } = quantizeRows(tensor([1, 4], weights), 7);
        expect(productWithoutVnni(activations, values)).toBe(exactProduct(activations, values));
      }),
    );
  });
});
