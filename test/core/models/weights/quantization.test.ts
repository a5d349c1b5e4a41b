import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import {
  dequantizedTensors,
  dequantizeRows,
  quantizedTensors,
  quantizeRows,
} from '../../../../src/core/models/weights/quantization.js';
import { storedFloats, widenTensor } from '../../../../src/core/models/weights/safetensors.js';

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
        const { data } = dequantizeRows(quantizeRows(original));
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
    const { data } = dequantizeRows(quantizeRows(original));
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
    const read = dequantizedTensors(stored, 'model.safetensors');
    expect([...read.keys()]).toEqual(['norm.weight', 'dense.weight', 'positions']);
    expect(widenTensor(read.get('norm.weight')!).data).toEqual(Float32Array.of(0.123456, 7));
    expect(widenTensor(read.get('dense.weight')!)).toEqual(dequantizeRows(quantizeRows(dense)));
  });

  it('are refused with scales that do not fit, and left alone without any', () => {
    const stored = quantizedTensors(new Map([['w', storedFloats(tensor([2, 2], [1, 2, 3, 4]))]]));
    stored.set('w_scale', storedFloats(tensor([3, 1], [1, 1, 1])));
    expect(() => dequantizedTensors(stored, 'model.safetensors')).toThrow(AppError);
    stored.delete('w_scale');
    expect(dequantizedTensors(stored, 'model.safetensors').get('w')!.dtype).toBe('I8');
  });
});
