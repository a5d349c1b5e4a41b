import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../../../src/core/random.js';
import type { DropoutKey, KernelMemory } from '../../../../src/core/train/optimizer/kernels.js';
import { testKernels } from '../../../support/kernels.js';

/** Lengths with whole vectors, partial ones and none. */
const COUNTS = [0, 1, 3, 4, 7, 8, 13, 16, 31, 5003];

let memory: KernelMemory;
beforeAll(async () => {
  memory = (await testKernels()).createMemory(1 << 20);
});

function place(at: number, values: readonly number[]): Float32Array {
  const view = new Float32Array(memory.buffer, at, values.length);
  view.set(values);
  return view;
}

function randomValues(count: number, ...key: (string | number)[]): number[] {
  const random = randomStream(...key);
  return Array.from({ length: count }, () => Math.fround(2 * random() - 1));
}

describe('arithmetic kernels', () => {
  it.each(COUNTS)('adds %d numbers and leaves the next one alone', (count) => {
    const to = memory.base;
    const from = memory.base + 4 * 5008;
    const x = randomValues(count, 'x');
    const y = randomValues(count, 'y');
    const sum = place(to, [...x, 7]);
    place(from, y);
    memory.add(to, from, count);
    expect([...sum]).toEqual([...x.map((value, i) => Math.fround(value + y[i]!)), 7]);
  });

  it.each(COUNTS)('scales %d numbers and leaves the next one alone', (count) => {
    const x = randomValues(count, 'x');
    const scaled = place(memory.base, [...x, 7]);
    memory.scale(memory.base, count, 0.3);
    const factor = Math.fround(0.3);
    expect([...scaled]).toEqual([...x.map((value) => Math.fround(value * factor)), 7]);
  });

  it.each(COUNTS)('sums the squares of %d numbers', (count) => {
    const x = randomValues(count, 'x');
    place(memory.base, [...x, 7]);
    const expected = x.reduce((sum, value) => sum + value * value, 0);
    const actual = memory.squaredNorm(memory.base, count);
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * expected);
  });
});

const KEY: DropoutKey = [20, 3, 1, 17];

/** The mask at a place that is not aligned, with the byte behind it. */
function maskOf(count: number, rate: number, key: DropoutKey): Uint8Array {
  const at = memory.base + 5;
  const view = new Uint8Array(memory.buffer, at, count + 1);
  view.fill(9);
  memory.fillDropoutMask(at, count, rate, key);
  expect(view[count]).toBe(9);
  return view.slice(0, count);
}

/** Philox4x32-10 (Salmon et al. 2011), one block in big integers. */
function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [a, b, c, d] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k, l] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p = a * 0xd2511f53n;
    const q = c * 0xcd9e8d57n;
    [a, b, c, d] = [(q >> 32n) ^ b ^ k, q & 0xffffffffn, (p >> 32n) ^ d ^ l, p & 0xffffffffn];
    k = (k + 0x9e3779b9n) & 0xffffffffn;
    l = (l + 0xbb67ae85n) & 0xffffffffn;
  }
  return [a, b, c, d].map(Number);
}

/** The mask as its kernel's description tells it. */
function expectedMask(
  count: number,
  rate: number,
  [seed, step, batch, node]: DropoutKey,
): Uint8Array {
  const threshold = Math.round(rate * 65536);
  const mask: number[] = [];
  for (let first = 0; mask.length < count; first += 4) {
    const blocks = [0, 1, 2, 3].map((i) => philox([first + i, step, batch, 0], [seed, node]));
    for (let word = 0; word < 4; word++) {
      for (const block of blocks) {
        const bits = block[word]!;
        mask.push((bits & 0xffff) < threshold ? 0 : 1, bits >>> 16 < threshold ? 0 : 1);
      }
    }
  }
  return Uint8Array.from(mask.slice(0, count));
}

/** χ² of the 2 × 2 table of two masks; 1 degree of freedom, above 20 once in 130 000. */
function dependence(x: Uint8Array, y: Uint8Array): number {
  const table = [0, 0, 0, 0];
  x.forEach((value, i) => table[2 * value + y[i]!]!++);
  const [a, b, c, d] = table as [number, number, number, number];
  return ((a * d - b * c) ** 2 * x.length) / ((a + b) * (c + d) * (a + c) * (b + d));
}

describe('dropout masks', () => {
  it('are drawn by a generator that gives the published answers', () => {
    // Rows `philox4x32 10` of kat_vectors in Random123, the authors' own library.
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(
      philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
    ).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
  });

  it.each([0, 1, 31, 32, 63, 64, 65, 1000])(
    'of %d bytes are that generator bit for bit',
    (count) => {
      const large: DropoutKey = [0xfedcba98, 0x80000001, 0xffffffff, 0x90abcdef];
      for (const key of [KEY, large]) {
        expect(maskOf(count, 0.3, key)).toEqual(expectedMask(count, 0.3, key));
      }
    },
  );

  it('depend on nothing that was drawn before', () => {
    const first = maskOf(4096, 0.1, KEY);
    maskOf(777, 0.5, [20, 4, 1, 17]);
    expect(maskOf(4096, 0.1, KEY)).toEqual(first);
  });

  it.each([0, 0.05, 0.1, 0.5, 0.9])('drop a share of %d', (rate) => {
    const count = 500_000;
    const dropped = maskOf(count, rate, KEY).reduce((sum, kept) => sum + 1 - kept, 0);
    // Five deviations of a binomial.
    expect(Math.abs(dropped - rate * count)).toBeLessThanOrEqual(
      5 * Math.sqrt(count * rate * (1 - rate)),
    );
  });

  it.each([
    { part: 'seed', index: 0 },
    { part: 'step', index: 1 },
    { part: 'batch', index: 2 },
    { part: 'node', index: 3 },
  ])('are independent between keys, by $part', ({ index }) => {
    const masks = [0, 1, 2, 3].map((change) => {
      const [seed, step, batch, node] = KEY.map((word, i) => (i === index ? word + change : word));
      return maskOf(200_000, 0.3, [seed!, step!, batch!, node!]);
    });
    masks.forEach((x, i) => {
      for (const y of masks.slice(i + 1)) expect(dependence(x, y)).toBeLessThan(20);
    });
  });

  it('are independent between neighbours within a mask', () => {
    const mask = maskOf(400_000, 0.3, KEY);
    for (const distance of [1, 2, 8, 32, 64, 128, 768]) {
      expect(dependence(mask.subarray(distance), mask.subarray(0, -distance))).toBeLessThan(20);
    }
  });
});
