import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import {
  floatsToHalves,
  halvesToFloats,
} from '../../../../src/core/models/weights/halfPrecision.js';
import {
  readSafetensors,
  writeSafetensors,
} from '../../../../src/core/models/weights/safetensors.js';

const tensors = new Map([
  ['a', { dims: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, -0, 1e-8) }],
  ['b', { dims: [], data: Float32Array.of(0.1) }],
]);

function file(header: object, data: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('safetensors', () => {
  it('come back as they were written', () => {
    expect(readSafetensors(writeSafetensors(tensors), 'x')).toEqual(tensors);
  });

  it('widen bfloat16 and float16, and leave out integers', () => {
    const header = {
      __metadata__: { format: 'pt' },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] },
      half: { dtype: 'F16', shape: [2], data_offsets: [4, 8] },
      position_ids: { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
    };
    const data = new Uint8Array(16);
    data.set(new Uint8Array(Uint16Array.of(0x3fc0, 0xc040, 0x3e00, 0xfbff).buffer));
    const read = readSafetensors(file(header, data), 'x');
    expect([...read.keys()]).toEqual(['brain', 'half']);
    expect([...read.get('brain')!.data]).toEqual([1.5, -3]);
    expect([...read.get('half')!.data]).toEqual([1.5, -65504]);
  });

  it.each([
    ['empty', new Uint8Array(3)],
    ['cut header', writeSafetensors(tensors).subarray(0, 40)],
    ['cut data', writeSafetensors(tensors).subarray(0, -1)],
    ['no JSON', file([], new Uint8Array(0)).map((byte, i) => (i === 8 ? 33 : byte))],
    [
      'wrong size',
      file({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      'unknown type',
      file({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
  ])('are refused by name: %s', (_, bytes) => {
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(AppError);
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(/weights\.safetensors/);
  });
});

describe('half precision', () => {
  it('keeps every half exactly', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    expect(floatsToHalves(halvesToFloats(halves))).toEqual(halves);
  });

  it('rounds to the nearest, ties to even, and overflows to infinity', () => {
    const floats = Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520, -1e6, 2 ** -25, NaN);
    const back = halvesToFloats(floatsToHalves(floats));
    expect([...back]).toEqual([1, 1 + 2 ** -9, Infinity, -Infinity, 0, NaN]);
  });
});
