import { describe, expect, it } from 'vitest';
import { operationsOf } from '../../../scripts/bench/floatingPeak.js';

function cpuinfo(vendor: string, family: number, flags: string): string {
  return `vendor_id\t: ${vendor}\ncpu family\t: ${family}\nflags\t\t: fpu ${flags} sha_ni\n`;
}

describe('operations of a cycle', () => {
  it.each([
    ['AVX2', cpuinfo('GenuineIntel', 6, 'fma avx2'), 32],
    ['AVX-512 on Intel', cpuinfo('GenuineIntel', 6, 'fma avx2 avx512f'), 64],
    ['AVX-512 on Zen 4', cpuinfo('AuthenticAMD', 25, 'fma avx2 avx512f'), 32],
    ['AVX-512 on Zen 5', cpuinfo('AuthenticAMD', 26, 'fma avx2 avx512f'), 64],
    ['no fused multiplication', cpuinfo('GenuineIntel', 6, 'avx'), null],
  ])('are known for %s', (_, text, expected) => {
    expect(operationsOf(text)).toBe(expected);
  });
});
